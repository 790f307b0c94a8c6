# ruff: noqa: E501
"""Names of the months as platforms print them, in the languages their exports come in. Pure data.

Keys are lower case without accents (see ``fold``); a name that would mean two
different months in two of these languages may not be added, which the tests hold.
"""

import unicodedata

_NAMES = """
january jan | february feb | march mar | april apr | may | june jun | july jul | august aug | september sep sept | october oct | november nov | december dec
enero ene | febrero feb | marzo mar | abril abr | mayo may | junio jun | julio jul | agosto ago | septiembre setiembre sep sept set | octubre oct | noviembre nov | diciembre dic
janeiro jan | fevereiro fev | março mar | abril abr | maio mai | junho jun | julho jul | agosto ago | setembro set | outubro out | novembro nov | dezembro dez
janvier janv | février févr fév | mars | avril avr | mai | juin | juillet juil | août | septembre sept | octobre oct | novembre nov | décembre déc
januar jan jän jänner | februar feb | märz mär mrz | april apr | mai | juni | juli | august aug | september sept | oktober okt | november nov | dezember dez
gennaio gen | febbraio feb | marzo mar | aprile apr | maggio mag | giugno giu | luglio lug | agosto ago | settembre set | ottobre ott | novembre nov | dicembre dic
januari jan | februari feb | maart mrt | april apr | mei | juni jun | juli jul | augustus aug | september sep | oktober okt | november nov | december dec
stycznia styczeń sty | lutego luty lut | marca marzec mar | kwietnia kwiecień kwi | maja maj | czerwca czerwiec cze | lipca lipiec lip | sierpnia sierpień sie | września wrzesień wrz | października październik paź | listopada listopad lis | grudnia grudzień gru
января январь янв | февраля февраль февр фев | марта март мар | апреля апрель апр | мая май | июня июнь июн | июля июль июл | августа август авг | сентября сентябрь сент сен | октября октябрь окт | ноября ноябрь нояб ноя | декабря декабрь дек
січня січень січ | лютого лютий лют | березня березень бер | квітня квітень квіт | травня травень трав | червня червень черв | липня липень лип | серпня серпень серп | вересня вересень вер | жовтня жовтень жовт | листопада листопад лист | грудня грудень груд
ιανουαρίου ιανουάριος ιαν | φεβρουαρίου φεβρουάριος φεβ | μαρτίου μάρτιος μαρ | απριλίου απρίλιος απρ | μαΐου μάιος μαΐ | ιουνίου ιούνιος ιουν | ιουλίου ιούλιος ιουλ | αυγούστου αύγουστος αυγ | σεπτεμβρίου σεπτέμβριος σεπ | οκτωβρίου οκτώβριος οκτ | νοεμβρίου νοέμβριος νοε | δεκεμβρίου δεκέμβριος δεκ
ocak oca | şubat şub | mart mar | nisan nis | mayıs may | haziran haz | temmuz tem | ağustos ağu | eylül eyl | ekim eki | kasım kas | aralık ara
januari jan | februari feb | maret mar | april apr | mei | juni jun | juli jul | agustus agu | september sep | oktober okt | november nov | desember des
januari jan | februari feb | mars | april apr | maj | juni jun | juli jul | augusti aug | september sep | oktober okt | november nov | december dec
ianuarie ian | februarie feb | martie mar | aprilie apr | mai | iunie iun | iulie iul | august aug | septembrie sept | octombrie oct | noiembrie noi | decembrie dec
يناير | فبراير | مارس | أبريل إبريل | مايو | يونيو | يوليو | أغسطس | سبتمبر | أكتوبر | نوفمبر | ديسمبر
januar jan | februar feb | marts mar | april apr | maj | juni jun | juli jul | august aug | september sep sept | oktober okt | november nov | december dec
januar | februar | mars | april | mai | juni | juli | august | september | oktober | november | desember des
ledna leden | února únor | března březen | dubna duben | května květen | června červen | července červenec | srpna srpen | září | října říjen | listopadu | prosince prosinec
január | február | március márc | április ápr | május máj | június jún | július júl | augusztus aug | szeptember szept | október okt | november nov | december dec
tammikuuta tammikuu | helmikuuta helmikuu | maaliskuuta maaliskuu | huhtikuuta huhtikuu | toukokuuta toukokuu | kesäkuuta kesäkuu | heinäkuuta heinäkuu | elokuuta elokuu | syyskuuta syyskuu | lokakuuta lokakuu | marraskuuta marraskuu | joulukuuta joulukuu
januari | februari | mac | april | mei | jun | julai | ogos | september | oktober | november | disember
januari jan | februari feb | maret mar | april apr | mei | juni jun | juli jul | agustus agt | september sep | oktober okt | november nov | desember des
enero | pebrero peb | marso | abril | mayo | hunyo | hulyo | agosto | setyembre | oktubre | nobyembre | disyembre
януари | февруари | март | април | май | юни | юли | август | септември | октомври | ноември | декември
ינואר בינואר | פברואר בפברואר | מרץ במרץ | אפריל באפריל | מאי במאי | יוני ביוני | יולי ביולי | אוגוסט באוגוסט | ספטמבר בספטמבר | אוקטובר באוקטובר | נובמבר בנובמבר | דצמבר בדצמבר
มค | กพ | มีค | เมย | พค | มิย | กค | สค | กย | ตค | พย | ธค
มกราคม | กุมภาพันธ์ | มีนาคม | เมษายน | พฤษภาคม | มิถุนายน | กรกฎาคม | สิงหาคม | กันยายน | ตุลาคม | พฤศจิกายน | ธันวาคม
"""

FILLERS = frozenset(
    {
        "de",
        "del",
        "of",
        "the",
        "г",
        "года",
        "р",
        "року",
        "th",
        "st",
        "nd",
        "rd",
        "o",
        "er",
        "r",
        "ngay",
        "día",
        "dia",
    }
)
"""Words around day and year that carry nothing."""


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents, dotless i as i."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ı", "i"))
    # Thai vowel marks are letters to their readers; Latin, Greek and Cyrillic accents are not.
    return "".join(
        mark for mark in decomposed if not ("\u0300" <= mark <= "\u036f" or mark in "\u0653\u0654\u0655")
    )


def _build() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in _NAMES.strip().splitlines():
        for number, names in enumerate(line.split("|"), start=1):
            for name in names.split():
                if found.setdefault(fold(name), number) != number:
                    raise ValueError(f"{name} names two months")
    return found


MONTHS: dict[str, int] = _build()
"""Folded name → number of the month."""
