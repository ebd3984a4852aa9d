"""Invented interpretations, questions and topic links of the sample city."""

from __future__ import annotations

from dataclasses import dataclass

PLANNING = "示例市详细规划管理条例"
PARKS = "示例市公园绿地管理办法"
OFFICE = "示例市自然资源和规划局"

Cited = tuple[tuple[str, str], ...]
"""Regulation and anchor of each article cited."""


@dataclass(frozen=True)
class Explanation:
    """An interpretation, or a question and its answer."""

    title: str
    title_en: str
    body: str
    body_en: str
    cited: Cited
    days_ago: int


@dataclass(frozen=True)
class TopicAnswer:
    """What the law says about a land-use class or a kind of notice."""

    topic: str
    code: str
    cited: tuple[str, str]
    note: str
    note_en: str


KINDS = {PLANNING: "local", PARKS: "local_rule"}
TITLES_EN = {
    PLANNING: "Regulations of Sample City on Detailed Plans",
    PARKS: "Measures of Sample City for Parks and Green Space",
}
ALIASES = {PLANNING: "详细规划条例\n详规条例", PARKS: "公园绿地办法\n公园办法"}

INTERPRETATIONS = (
    Explanation(
        "《示例市详细规划管理条例》修订解读：公众参与有哪些变化",
        "What changes for the public in the revised Regulations on Detailed Plans",
        "修订后的条例自2024年9月1日起施行。草案公告仍不少于三十日，新增现场公告牌要求：居民路过工地就能扫码看到规划内容。\n\n"
        "提意见不再需要注册账号，网上、书面、当面都可以；组织编制机关要逐条答复，并说明采纳与不采纳的理由。",
        "The revised regulations apply from 1 September 2024. A draft is still public for at least 30 days; "
        "a sign with a QR code now stands on the site as well.\n\n"
        "Nobody needs an account to comment: online, in writing or in person all count, "
        "and every comment gets an answer.",
        ((PLANNING, "6"), (PLANNING, "7"), (PLANNING, "8")),
        40,
    ),
    Explanation(
        "公园绿地为什么不能随便占用",
        "Why parks cannot simply be built on",
        "公园绿地是大家共用的空间。条例规定，除重大公共利益外不得改作他用；确需占用的，要先修改规划、公告听取意见，并就近补足同样大小的绿地。\n\n"
        "管线抢修等临时占用，工程结束后十日内必须恢复原状。",
        "Parks are shared space. Apart from major public interest they keep their use; where a part must be taken, "
        "the plan is amended in public and the same area is made up nearby.\n\n"
        "After urgent pipe works the park is restored within ten days.",
        ((PLANNING, "11"), (PARKS, "8"), (PARKS, "9")),
        75,
    ),
)

QUESTIONS = (
    Explanation(
        "规划草案公示多少天？我在哪里提意见？",
        "How long is a draft plan public, and where can I comment?",
        "不少于三十日。公示页面、书面信件和现场窗口都可以提意见，不需要注册账号。",
        "At least 30 days. Comment on the notice's page, by letter or at the counter; no account is needed.",
        ((PLANNING, "6"), (PLANNING, "7")),
        20,
    ),
    Explanation(
        "我提的意见会有答复吗？",
        "Will my comment be answered?",
        "会。组织编制机关要逐条研究、逐条答复，报批材料要附上采纳情况和理由。",
        "Yes. Each comment is considered and answered; what is sent for approval says what was adopted and why.",
        ((PLANNING, "8"),),
        21,
    ),
    Explanation(
        "小区旁边的公园会不会被改成楼房？",
        "Could the park next to my home become a building site?",
        "公园绿地不得改作他用。只有因重大公共利益，并经过修改规划、公告和批准的程序，才可能占用，而且要就近补足。",
        "A park keeps its use. Only major public interest, through an amendment made in public, can change that, "
        "and the area must be made up nearby.",
        ((PLANNING, "11"), (PARKS, "8")),
        22,
    ),
    Explanation(
        "新建小区要配哪些设施？",
        "Which services must a new residential area have?",
        "步行五分钟内有幼儿园、托育场所、老年人日间照料场所和公共绿地；"
        "十五分钟内有中小学、社区卫生服务机构和文化活动场所。社区公园与首期住宅同时交付。",
        "Kindergarten, day care and green space within five minutes on foot; schools, health and culture "
        "within fifteen; "
        "the community park opens with the first homes.",
        ((PLANNING, "10"), (PARKS, "4")),
        23,
    ),
)

TOPICS = (
    TopicAnswer("landuse", "07", (PLANNING, "10"), "居住用地要配哪些设施", "Services of residential land"),
    TopicAnswer("landuse", "0701", (PARKS, "4"), "社区公园与住宅同时交付", "The park opens with the homes"),
    TopicAnswer("landuse", "09", (PLANNING, "12"), "临街首层向公众开放", "Ground floors open to the public"),
    TopicAnswer("landuse", "14", (PLANNING, "11"), "公园绿地不得改作他用", "Parks keep their use"),
    TopicAnswer("landuse", "1401", (PARKS, "6"), "公园里能建什么", "What may be built in a park"),
    TopicAnswer("notice", "draft_plan", (PLANNING, "6"), "草案公告不少于三十日", "Public for at least 30 days"),
    TopicAnswer("notice", "draft_plan", (PLANNING, "7"), "怎样提意见", "How to comment"),
    TopicAnswer("notice", "approved_plan", (PLANNING, "9"), "批准后多久公布", "When an approved plan is published"),
    TopicAnswer("notice", "amendment", (PLANNING, "13"), "修改规划的程序", "How a plan is amended"),
    TopicAnswer("notice", "opinions_result", (PLANNING, "8"), "意见逐条答复", "Every comment is answered"),
)  # fmt: skip

GISTS = {
    (PLANNING, "3"): ("详细规划的效力与查询、举报权利", "规划能不能看、发现乱建找谁"),
    (PLANNING, "6"): ("详细规划草案公告不少于三十日", "规划公示多少天、公告里写什么"),
    (PLANNING, "7"): ("公众提意见的途径与答复", "不同意规划怎么提、提了意见有人理吗"),
    (PLANNING, "8"): ("意见逐条研究与采纳说明", "提的意见采没采纳怎么知道"),
    (PLANNING, "9"): ("批准后二十个工作日内公布", "批了的规划什么时候能看到"),
    (PLANNING, "10"): ("居住用地配套设施与停车位", "小区该配幼儿园吗、家门口要有什么、车位够不够"),
    (PLANNING, "11"): ("公园绿地不得改作他用", "公园能不能盖楼、绿地被占了怎么办"),
    (PLANNING, "13"): ("修改详细规划的论证与程序", "规划说改就改吗"),
    (PLANNING, "14"): ("擅自占用公园绿地的处罚", "占公园罚多少钱"),
    (PARKS, "3"): ("公园绿地免费开放", "逛公园要不要门票"),
    (PARKS, "4"): ("新建居住区同步建设社区公园", "新小区有没有小花园"),
    (PARKS, "8"): ("不得擅自占用公园绿地", "公园里能不能摆摊搭棚"),
    (PARKS, "10"): ("公园绿地内的禁止行为", "公园里能倒垃圾砍树吗"),
}
"""Gists of articles and how people ask, by regulation and anchor of its newest edition."""
