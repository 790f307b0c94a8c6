# ruff: noqa: E501
"""How YouTube Studio names its columns, language by language. Pure data.

Engaged views, impressions and views stand side by side in one file, so a name is
listed only where it is known which of them it is.
"""

DAY = (
    "Date", "日期", "日付", "날짜", "Datum", "Fecha", "Data", "Дата", "Tarih", "Tanggal", "Ngày", "Datę", "Päivämäärä",
    "Dato", "Dátum", "Dată", "Ημερομηνία", "วันที่", "التاريخ", "तारीख", "तारीख़", "תאריך", "Tarikh", "Petsa",
)  # fmt: skip
IDS = (
    "Content", "Video", "Videos", "内容", "內容", "コンテンツ", "動画", "콘텐츠", "동영상", "Inhalte", "Inhalt", "Contenido",
    "Conteúdo", "Contenu", "Contenuti", "Контент", "Видео", "İçerik", "Konten", "Nội dung", "Treść", "Treści",
    "Film", "Filmy", "เนื้อหา", "วิดีโอ", "المحتوى", "الفيديو", "سामग्री", "सामग्री", "वीडियो", "Вміст", "Відео",
    "Innehåll", "Indhold", "Innhold", "Sisältö", "Obsah", "Tartalom", "Conținut", "Videoclip", "Περιεχόμενο",
    "Βίντεο", "תוכן", "סרטון", "Kandungan", "Vidéo", "Vídeo", "Inhoud", "Video’s",
)  # fmt: skip
TITLES = (
    "Video title", "视频标题", "影片標題", "動画のタイトル", "동영상 제목", "Videotitel", "Título del vídeo", "Título del video",
    "Título do vídeo", "Titre de la vidéo", "Titolo video", "Titolo del video", "Название видео", "Video başlığı",
    "Judul video", "Tiêu đề video", "Tytuł filmu", "Tytuł wideo", "ชื่อวิดีโอ", "ชื่อเรื่องวิดีโอ", "عنوان الفيديو",
    "वीडियो का टाइटल", "वीडियो का शीर्षक", "Назва відео", "Videons titel", "Videorubrik", "Videoens titel",
    "Videotittel", "Videon nimi", "Název videa", "Videócím", "Videó címe", "Titlul videoclipului", "Τίτλος βίντεο",
    "שם הסרטון", "כותרת הסרטון", "Tajuk video", "Pamagat ng video", "Titre vidéo", "Titel van video", "Judul Video",
    "影片名稱", "视频名称",
)  # fmt: skip
PUBLISHED = (
    "Video publish time", "视频发布时间", "影片發布時間", "影片發佈時間", "動画公開時刻", "동영상 게시 시간",
    "Veröffentlichungszeitpunkt des Videos", "Veröffentlichungszeitpunkt", "Hora de publicación del vídeo",
    "Hora de publicación del video", "Horário de publicação do vídeo", "Heure de publication de la vidéo",
    "Ora di pubblicazione del video", "Время публикации видео", "Waktu publikasi video",
    "Ora pubblicazione del video", "Orario di pubblicazione del video", "Ora pubblicazione video",
    "Data pubblicazione video", "Video yayınlanma zamanı", "Videonun yayınlanma zamanı", "Video yayınlanma tarihi",
    "Thời gian xuất bản video", "Thời gian đăng video", "Czas publikacji filmu", "Data publikacji filmu",
    "เวลาที่เผยแพร่วิดีโอ", "เวลาเผยแพร่วิดีโอ", "وقت نشر الفيديو", "वीडियो को पब्लिश करने का समय",
    "वीडियो पब्लिश करने का समय", "Час публікації відео", "Publicatietijd van video",
    "Tijdstip van publicatie van video", "Publicatietijd video", "Videons publiceringstid",
    "Tidpunkt för publicering av video", "Tidspunkt for offentliggørelse af video",
    "Publiseringstidspunkt for video", "Videon julkaisuaika", "Čas zveřejnění videa",
    "Videó közzétételének időpontja", "Ora publicării videoclipului", "Ώρα δημοσίευσης βίντεο", "שעת פרסום הסרטון",
    "מועד פרסום הסרטון", "Masa penerbitan video", "Date et heure de publication de la vidéo",
    "Date de publication de la vidéo", "Fecha de publicación del vídeo", "Fecha de publicación del video",
    "Data de publicação do vídeo", "Data i godzina publikacji filmu", "Waktu video dipublikasikan", "影片發表時間",
    "视频发布日期", "動画の公開日時", "動画の公開時刻",
)  # fmt: skip
LENGTHS = (
    "Duration", "时长", "時長", "時間長度", "長さ", "길이", "Dauer", "Duración", "Duração", "Durée", "Durata",
    "Продолжительность", "Süre", "Durasi", "Thời lượng", "Duur", "Czas trwania", "ความยาว", "ระยะเวลา", "المدة",
    "अवधि", "Тривалість", "Längd", "Varighed", "Varighet", "Kesto", "Délka", "Doba trvání", "Hossz", "Időtartam",
    "Durată", "Διάρκεια", "אורך", "משך", "Tempoh", "動画の長さ", "视频时长", "影片長度",
)  # fmt: skip
VIEWS = (
    "Views", "Video views", "观看次数", "觀看次數", "視聴回数", "조회수", "Aufrufe", "Visualizaciones", "Vistas", "Visualizações",
    "Vues", "Nombre de vues", "Visualizzazioni", "Просмотры", "Görüntüleme", "Görüntülemeler", "Penayangan",
    "Lượt xem", "Weergaven", "Número de visualizaciones", "Số lượt xem", "Wyświetlenia", "การดู", "จำนวนการดู",
    "ยอดดู", "จำนวนครั้งที่ดู", "المشاهدات", "عدد المشاهدات", "مرات المشاهدة", "व्यू", "व्यूज़", "व्यू की संख्या",
    "Перегляди", "Visningar", "Katselukerrat", "Zhlédnutí", "Megtekintések", "Vizionări", "Προβολές", "צפיות",
    "Tontonan", "Mga Panonood", "Mga panonood", "Jumlah penayangan", "Görüntüleme sayısı", "Görüntülenme", 
    
)  # fmt: skip
LIKES = (
    "Likes", "赞", "点赞次数", "喜歡次數", "高評価数", "高評価", "좋아요", "Mag ich", "„Mag ich“-Bewertungen", "Me gusta",
    "Marcações \"Gostei\"", "Mentions J'aime", "Mi piace", "Отметки \"Нравится\"", "Нравится", "„Mag ich“",
    "Mag-ich-Bewertungen", "„Mag ich“-Wertungen", "Número de \"me gusta\"", "Me gusta (me gusta)", "\"Gostei\"",
    "J'aime", "Mentions \"J'aime\"", "Beğeni", "Beğeniler", "Beğenmeler", "Suka", "Lượt thích", "Polubienia",
    "Łapki w górę", "ชอบ", "จำนวนการกดชอบ", "ถูกใจ", "تسجيلات الإعجاب", "पसंद", "पसंद करने वालों की संख्या",
    "Вподобання", "Gilla-markeringar", "Synes godt om", "Liker", "Tykkäykset", "Líbí se", "Kedvelések", "Aprecieri",
    "Επισημάνσεις \"Μου αρέσει\"", "סימוני לייק", "喜歡", "按讚次數",
)  # fmt: skip
SHARES = (
    "Shares", "分享次数", "分享次數", "共有数", "共有", "공유", "Geteilte Inhalte", "Compartido", "Veces compartido",
    "Compartilhamentos", "Partages", "Condivisioni", "Поделились", "Compartidos", "Veces que se ha compartido",
    "Paylaşım", "Paylaşımlar", "Dibagikan", "Berbagi", "Lượt chia sẻ", "Udostępnienia", "การแชร์", "จำนวนการแชร์",
    "المشاركات", "शेयर", "Поширення", "Gedeeld", "Delningar", "Delinger", "Jaot", "Sdílení", "Megosztások",
    "Distribuiri", "Κοινοποιήσεις", "שיתופים", "Perkongsian", "Поделиться",
)  # fmt: skip
COMMENTS = (
    "Comments added", "Comments", "新增评论数", "添加的评论数", "已新增留言", "追加されたコメント", "コメント数", "추가된 댓글 수",
    "Hinzugefügte Kommentare", "Comentarios añadidos", "Comentarios agregados", "Comentários adicionados",
    "Commentaires ajoutés", "Commenti aggiunti", "Добавлено комментариев", "Комментарии", "コメントの追加回数", "コメント追加回数",
    "추가된 댓글", "댓글", "Comentarios", "Comentários", "Commentaires", "Commenti", "Kommentare", "Yorumlar",
    "Eklenen yorumlar", "Komentar ditambahkan", "Komentar yang ditambahkan", "Komentar", "Bình luận đã thêm",
    "Số bình luận được thêm", "Dodane komentarze", "Komentarze", "ความคิดเห็นที่เพิ่ม", "ความคิดเห็น",
    "التعليقات المضافة", "التعليقات", "जोड़ी गई टिप्पणियां", "Додано коментарів", "Коментарі",
    "Toegevoegde reacties", "Reacties", "Tillagda kommentarer", "Tilføjede kommentarer", "Lisätyt kommentit",
    "Přidané komentáře", "Hozzáadott hozzászólások", "Comentarii adăugate", "Σχόλια που προστέθηκαν",
    "תגובות שנוספו", 
)  # fmt: skip
NET = (
    "Subscribers", "订阅者", "订阅人数", "訂閱人數", "チャンネル登録者", "구독자", "Abonnenten", "Suscriptores", "Inscritos", "Abonnés",
    "Iscritti", "Подписчики", "Aboneler", "Subscriber", "Người đăng ký", "Subscribenten", "Subskrybenci",
    "ผู้ติดตาม", "المشتركون", "सदस्य", "Підписники", "Abonnees", "Prenumeranter", "Abonnenter", "Tilaajat",
    "Odběratelé", "Feliratkozók", "Abonați", "Συνδρομητές", "מנויים", "Pelanggan", "Langganan", "Số người đăng ký",
    "Abone", "Mga Subscriber", "チャンネル登録者数", "订阅者数",
)  # fmt: skip
GAINED = (
    "Subscribers gained", "获得的订阅者数", "获得的订阅人数", "獲得的訂閱人數", "登録者増加数", "チャンネル登録者増加数", "구독자 증가수",
    "Gewonnene Abonnenten", "Suscriptores conseguidos", "Suscriptores obtenidos", "Inscritos conquistados",
    "Abonnés gagnés", "Новые подписчики", "登録者の増加数", "구독자 증가", "Neue Abonnenten", "Suscriptores ganados",
    "Inscritos ganhos", "Inscritos obtidos", "Nouveaux abonnés", "Iscritti guadagnati", "Iscritti acquisiti",
    "Получено подписчиков", "Kazanılan aboneler", "Subscriber yang diperoleh", "Subscriber diperoleh",
    "Số người đăng ký thu hút được", "Pozyskani subskrybenci", "Zyskani subskrybenci", "Отримані підписники",
    "Gewonnen abonnees", "Vunna prenumeranter", "获得的订阅者", "新增订阅者",
)  # fmt: skip
LOST = (
    "Subscribers lost", "流失的订阅者数", "流失的订阅人数", "流失的訂閱人數", "登録者減少数", "チャンネル登録者減少数", "구독자 감소수", "Verlorene Abonnenten",
    "Suscriptores perdidos", "Inscritos perdidos", "Abonnés perdus", "Потерянные подписчики", "登録者の減少数", "구독자 감소",
    "Iscritti persi", "Потеряно подписчиков", "Kaybedilen aboneler", "Subscriber yang hilang", "Subscriber hilang",
    "Số người đăng ký mất đi", "Utraceni subskrybenci", "Втрачені підписники", "Verloren abonnees",
    "Förlorade prenumeranter", "流失的订阅者",
)  # fmt: skip
AVERAGES = (
    "Average view duration", "平均观看时长", "平均觀看時間", "平均觀看時長", "平均視聴時間", "평균 시청 지속 시간",
    "Durchschnittliche Wiedergabedauer", "Duración media de las visualizaciones", "Duración promedio de las vistas",
    "Duração média da visualização", "Durée moyenne d'une vue", "Средняя продолжительность просмотра",
    "Durée moyenne de visionnage", "Durata media di visualizzazione", "Durata visualizzazione media",
    "Ortalama görüntüleme süresi", "Ortalama izlenme süresi", "Durasi tonton rata-rata",
    "Durasi penayangan rata-rata", "Thời lượng xem trung bình", "Średni czas oglądania", "Średni czas wyświetlania",
    "ระยะเวลาการดูเฉลี่ย", "متوسط مدة المشاهدة", "देखने का औसत समय", "Середня тривалість перегляду",
    "Gemiddelde weergaveduur", "Genomsnittlig visningslängd", "Μέση διάρκεια προβολής",
    "Duración media de visualización", "Duração média de visualização",
)  # fmt: skip
CLICK_RATES = (
    "Impressions click-through rate (%)", "Thumbnail click-through rate (%)", "展示点击率 (%)", "曝光點閱率 (%)",
    "インプレッションのクリック率 (%)", "サムネイルのクリック率 (%)", "노출 클릭률 (%)", "Klickrate der Impressionen (%)",
    "Porcentaje de clics de las impresiones (%)", "Tasa de clics de las impresiones (%)",
    "Taxa de cliques de impressões (%)", "CTR для значков видео (%)", "Taux de clics par impressions (%)",
    "Taux de clics des impressions (%)", "Percentuale di clic delle impressioni (%)", "Gösterim tıklama oranı (%)",
    "Gösterimleri tıklama oranı (%)", "Rasio klik-tayang dari tayangan (%)", "Rasio klik-tayang tayangan (%)",
    "Tỷ lệ nhấp của số lượt hiển thị (%)", "Współczynnik klikalności wyświetleń (%)",
    "อัตราการคลิกผ่านของการแสดงผล (%)", "نسبة النقر إلى الظهور (%)", "Рейтинг кліків показів (%)",
    "Klikfrequentie voor vertoningen (%)", "CTR для показов (%)", "Показатель кликабельности значков видео (%)",
    "縮圖點閱率 (%)",
)  # fmt: skip
UNUSED = (
    "Engaged views", "互动观看次数", "互動觀看次數", "エンゲージ ビュー", "유효 조회수", "Visualizações engajadas",
    "Visualizações intencionais", "Заинтересованные просмотры", "Watch time (hours)", "观看时长（小时）", "觀看時間 (小時)",
    "総再生時間（単位: 時間）", "시청 시간(단위: 시간)", "Wiedergabezeit (Stunden)", "Tiempo de visualización (horas)",
    "Tiempo de reproducción (horas)", "Tempo de exibição (horas)", "Время просмотра (часы)",
    "YouTube Premium watch time (hours)", "YouTube Premium views", "Average percentage viewed (%)",
    "Average % viewed", "平均观看百分比 (%)", "平均觀看比例 (%)", "平均視聴率 (%)", "Stayed to watch (%)", "視聴を継続 (%)", "續看觀眾比率 (%)",
    "Impressions", "Thumbnail impressions", "展示次数", "曝光次數", "インプレッション数", "サムネイルのインプレッション", "노출수", "Impressionen",
    "Impresiones", "Impressões", "Показы значков видео", "Unique viewers", "ユニーク視聴者数", "非重複觀眾人數", "New viewers",
    "Returning viewers", "Regular viewers", "Casual viewers", "Average views per viewer", "Dislikes", "低評価数",
    "不喜歡次數", "Likes (vs. dislikes) (%)", "Hypes", "Hype points", "RPM (USD)", "CPM (USD)", "Estimated revenue (USD)",
    "Your estimated revenue (USD)", "Video estimated revenue (USD)", "Estimated partner revenue (USD)",
    "Vues engagées", "Aktive Wiedergaben", "Aktive Aufrufe", "Visualizaciones con interacción",
    "Visualizaciones interactivas", "Vistas con interacción", "Visualizzazioni coinvolte", "Visualizzazioni attive",
    "Etkileşimli görüntüleme", "Durée de visionnage (heures)", "Tempo di visualizzazione (ore)",
    "İzlenme süresi (saat)", "Waktu tonton (jam)", "Thời gian xem (giờ)", "Czas oglądania (godziny)",
    "Czas oglądania (w godzinach)", "เวลาในการรับชม (ชั่วโมง)", "وقت المشاهدة (بالساعات)",
    "Тривалість перегляду (години)", "Kijktijd (uren)", "Visningstid (timmar)", "시청 시간(단위: 분)",
    "YouTube Premium 시청 시간(단위: 시간)", "YouTube Premium 조회수", "평균 조회율 (%)", "視聴を選択した割合 (%)", "スワイプされた割合 (%)",
    "Impressioni", "Tayangan", "Gösterim sayısı", "Gösterimler", "Số lượt hiển thị", "Lượt hiển thị",
    "Wyświetlenia miniatur", "การแสดงผล", "مرات الظهور", "Покази", "Показы", "Vertoningen", "Exponeringar", "노출",
    "新しい視聴者数", "リピーター", "ユニーク視聴者", "低評価", "싫어요", "Mag ich nicht", "No me gusta", "Não gostei", "Je n'aime pas",
    "Non mi piace", "Отметки \"Не нравится\"", "Porcentaje medio visualizado (%)",
    "Porcentaje promedio de vistas (%)", "Porcentaje promedio visto (%)", "Porcentagem visualizada média (%)",
    "Porcentagem média visualizada (%)", "Pourcentage moyen regardé (%)", "Pourcentage moyen visionné (%)",
    "Durchschnittliche Wiedergabedauer (%)", "Durchschnittlich angesehen (%)", "Percentuale media visualizzata (%)",
    "Средний процент просмотра (%)", "Ont continué de regarder (%)", "Permaneceram assistindo (%)",
    "Espectadores únicos", "Spectateurs uniques", "Einzelne Zuschauer", "Уникальные зрители",
    "YouTube Premium watch time (minutes)", "Watch time (minutes)", "Estimated revenue", "Your estimated revenue",
    "Geschätzter Umsatz (USD)", "Ingresos estimados (USD)", "Tus ingresos estimados (USD)", "Receita estimada (USD)",
    "Sua receita estimada (USD)", "Revenus estimés (USD)", "Entrate stimate (USD)", "Расчетный доход (USD)",
    "推定収益 (USD)", "予想収益 (USD)", "예상 수익 (USD)", "대략적인 파트너 수익 (USD)", "估算收入 (USD)", "您的估算收入 (USD)", "預估收益 (USD)",
    "預估收入 (USD)", "Tahmini gelir (USD)", "Estimasi pendapatan (USD)", "Doanh thu ước tính (USD)",
    "Szacunkowe przychody (USD)", "Hours streamed", "Post subscribers", "Card clicks", "Cards shown",
    "Clicks per card shown (%)", "End screen element clicks", "End screen elements shown",
    "Clicks per end screen element shown (%)", "Shown in feed", "Viewed (vs. swiped away) (%)",
    "How many chose to view (%)", "Continued watching (%)", "Playlist views", "Ad impressions",
    "Estimated monetised playbacks", "Estimated monetized playbacks", "Playback-based CPM (USD)",
    "YouTube ad revenue (USD)", "Watch Page ads (USD)", "Transaction revenue (USD)", "YouTube Premium (USD)",
    "Average playlist view duration",
)  # fmt: skip
SPLITS: dict[str, tuple[str, ...]] = {
    "geography": (
        "Geography", "地理位置", "地理區域", "地域", "지역", "Geografie", "Ubicación geográfica", "Geografía", "Geografia",
        "Zone géographique", "География", "Zona geográfica", "Ubicación", "Área geográfica", "Localização",
        "Area geografica", "Geographie", "Geographische Lage", "География просмотров", "Coğrafya", "Geografi",
        "Vị trí địa lý", "Khu vực địa lý", "Lokalizacja", "Położenie geograficzne", "ภูมิศาสตร์",
        "พื้นที่ทางภูมิศาสตร์", "الموقع الجغرافي", "भूगोल", "Географія", "Geografisk område", "地区", "地理位置資料",
        "Country", "国家/地区",
    ),
    "city": (
        "Cities", "City name", "城市", "都市", "Städte", "Ciudades", "Cidades", "Города", "Villes", "Ville", "Città",
        "City", "Stadt", "Ciudad", "Cidade", "Город", "Şehirler", "Kota", "Thành phố", "Miasta", "Місто", "Steden",
        "都市名", "도시",
    ),
    "traffic source": (
        "Traffic source", "流量来源", "流量來源", "トラフィック ソース", "트래픽 소스", "Zugriffsquelle", "Besucherquelle",
        "Fuente de tráfico", "Origem do tráfego", "Source de trafic", "Источник трафика", "Traffic source type",
        "Fuente de tráfico externa", "Fuentes de tráfico", "Origens de tráfego", "Sources de trafic",
        "Sorgente di traffico", "Sorgenti di traffico", "Источники трафика", "Trafik kaynağı", "Sumber traffic",
        "Nguồn lưu lượng truy cập", "Źródło wizyt", "Źródła wizyt", "แหล่งที่มาของการเข้าชม", "مصدر الزيارات",
        "Джерело трафіку", "Verkeersbron", "Trafikkälla", "トラフィックソース", "流量來源類型", "Traffic source detail",
        "Source title",
    ),
    "subscription status": (
        "Subscription status", "订阅状态", "訂閱狀態", "登録状況", "구독 상태", "Abostatus", "Estado de la suscripción",
        "Status da inscrição", "Статус подписки", "Estado de suscripción", "Statut d'abonnement",
        "État de l'abonnement", "Stato iscrizione", "Stato dell'iscrizione", "Abonelik durumu",
        "Status subscription", "Trạng thái đăng ký", "Stan subskrypcji", "Статус підписки", "Abonnementsstatus",
        "チャンネル登録の状況", "訂閱狀況",
    ),
    "age": (
        "Viewer age", "观看者年龄", "觀眾年齡", "視聴者の年齢", "시청자 연령", "Alter der Zuschauer", "Edad de los espectadores",
        "Возраст зрителей", "Edad del espectador", "Idade do espectador", "Âge des spectateurs", "Âge du spectateur",
        "Età dello spettatore", "Età degli spettatori", "İzleyici yaşı", "Usia penonton", "Độ tuổi người xem",
        "Wiek widzów", "Вік глядачів", "Leeftijd van kijker",
    ),
    "gender": (
        "Viewer gender", "观看者性别", "觀眾性別", "視聴者の性別", "시청자 성별", "Geschlecht der Zuschauer", "Sexo de los espectadores",
        "Пол зрителей", "Género del espectador", "Sexo del espectador", "Gênero do espectador",
        "Genre du spectateur", "Sexe des spectateurs", "Sesso dello spettatore", "Sesso degli spettatori",
        "İzleyici cinsiyeti", "Gender penonton", "Giới tính người xem", "Płeć widzów", "Стать глядачів",
        "Geslacht van kijker",
    ),
    "device": (
        "Device type", "设备类型", "裝置類型", "デバイスの種類", "기기 유형", "Gerätetyp", "Tipo de dispositivo", "Тип устройства",
        "Operating system", "操作系统", "作業系統", "Type d'appareil", "Tipo di dispositivo", "Cihaz türü",
        "Jenis perangkat", "Loại thiết bị", "Typ urządzenia", "Тип пристрою", "Apparaattype", "Betriebssystem",
        "Sistema operativo", "Sistema operacional", "Système d'exploitation", "Операционная система",
        "オペレーティング システム", "운영체제",
    ),
    "playback location": (
        "Playback location", "播放位置", "再生場所", "Wiedergabeort", "Ubicación de reproducción", "Lugar de reproducción",
        "Local da reprodução", "Lieu de lecture", "Posizione di riproduzione", "Место воспроизведения",
        "Oynatma konumu", "Lokasi pemutaran", "재생 위치",
    ),
    "audience": (
        "New and returning viewers", "Audience by watch behavior", "Audience by watch behaviour", "YouTube product",
        "Content type", "Subtitles and CC", "Translation use", "Playlist", "Sharing service", "Traffic source type",
        "Video subtitle language", "新しい視聴者とリピーター", "Nuevos espectadores y espectadores recurrentes", "Inhaltstyp",
        "Tipo de contenido", "Tipo de conteúdo", "Type de contenu", "Tipo di contenuti", "Тип контента", "コンテンツ タイプ",
        "콘텐츠 유형", "內容類型", "内容类型", "Wiedergabeliste", "Lista de reproducción", "Playlists", "YouTube-Produkt",
        "Producto de YouTube", "Produto do YouTube", "Dienst zum Teilen",
    ),
}  # fmt: skip
