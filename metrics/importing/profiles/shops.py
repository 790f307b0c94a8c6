# ruff: noqa: E501
"""Back offices of Douyin shops: 抖店罗盘 成交概览 by day and 百应 products. Data only.

People are counted once a day however often they click, so 商品点击人数 is no
number of clicks. Advertising spend belongs to the advertiser's days, not to the
shop's.
"""

from metrics.importing.profiles.base import Column, Kind, Profile, known
from metrics.importing.records import Grain

_SPLITS = ("成交范围", "载体类型", "成交渠道", "账号类型", "账号名称", "达人昵称", "体裁类型", "成交载体")

OVERVIEW = Profile(
    key="compass_overview",
    title="抖店罗盘 成交概览",
    platform="douyin",
    grain=Grain.COMMERCE_DAY,
    forbidden=_SPLITS,
    container="xlsx",
    columns=(
        Column("day", Kind.DAY, ("日期", "统计日期"), required=True),
        Column("gmv", Kind.MONEY, ("用户支付金额",), required=True),
        Column("paid_orders", Kind.COUNT, ("成交订单数",), expected=True),
        Column("refunds", Kind.MONEY, ("退款金额（支付时间）",), expected=True),
        Column("product_clicks", Kind.COUNT, ("商品点击次数",)),
        known("商品点击人数", remark="people_are_no_clicks"),
        known("投放消耗（店铺被投）", "投放消耗", remark="spend_is_ads"),
        known("退款金额（退款时间）", "退款订单数（退款时间）", remark="refunds_by_payment"),
        known(
            "成交金额",
            "成交人数",
            "成交件数",
            "客单价",
            "件单价",
            "商品曝光人数",
            "商品曝光次数",
            "商品曝光-点击转化率（人数）",
            "商品点击-成交转化率（人数）",
            "商品曝光-成交转化率（人数）",
            "商品曝光-点击转化率（次数）",
            "商品点击-成交转化率（次数）",
            "商品曝光-成交转化率（次数）",
            "商品曝光-点击率（人数）",
            "退款率（支付时间）",
            "退款订单数（支付时间）",
            "退款后用户支付金额（支付时间）",
            "投放贡献成交金额",
            "投放费比",
            "平台补贴金额",
            "达人补贴金额",
            "结算金额",
            "7日结算金额",
            "14日结算金额",
            "千次曝光用户支付金额",
            "成交退款金额（支付时间）",
            "成交退款金额（退款时间）",
        ),
    ),
)

SPLIT_OVERVIEW = Profile(
    key="compass_split",
    title="抖店罗盘 成交概览, split",
    platform="douyin",
    grain=Grain.DECLINED,
    needs_measure=False,
    columns=(
        Column("", Kind.IGNORED, ("日期", "统计日期"), required=True),
        Column("", Kind.IGNORED, ("用户支付金额",), required=True),
        Column("", Kind.IGNORED, _SPLITS, required=True),
        *(column for column in OVERVIEW.columns[2:] if column.kind is Kind.IGNORED),
    ),
    declined="breakdown_declined",
    declined_params={"by": "成交范围", "instead": "成交概览 (全部)"},
)

PRODUCTS = Profile(
    key="buyin_products",
    title="百应 商品",
    platform="douyin",
    grain=Grain.DECLINED,
    needs_measure=False,
    columns=(
        Column("", Kind.IGNORED, ("商品标题", "商品名称"), required=True),
        Column("", Kind.IGNORED, ("商品编号", "商品ID"), required=True),
        Column("", Kind.IGNORED, ("成交金额", "用户支付金额"), required=True),
        known(
            "成交订单数", "成交件数", "成交人数", "预估佣金收入", "实际佣金收入", "曝光人数", "曝光次数", "点击人数",
            "点击次数", "退款金额", "退款订单数", "短视频成交金额", "短视频成交订单数",
        ),
    ),
    declined="products_declined",
)  # fmt: skip

PROFILES = (OVERVIEW, SPLIT_OVERVIEW, PRODUCTS)
