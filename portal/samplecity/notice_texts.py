"""The wording of the sample notices. Places, bodies and projects are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeText:
    """A notice before it has a date and a place.

    ``kind``: value of ``portal.plans.enums.NoticeKind``; ``days``: length of the public period, 0
    where there is none; ``place``: key of the city's footprints, ``where`` the same in words.
    """

    key: str
    kind: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    body: tuple[str, ...]
    days_ago: int
    days: int
    layers: tuple[str, ...]
    place: str
    where: str


NOTICE_TEXTS: tuple[NoticeText, ...] = (
    NoticeText(
        "master-plan",
        "approved_plan",
        "《示例市国土空间总体规划（2021—2035年）》批后公布",
        "Sample City Territorial Spatial Master Plan 2021-2035: published after approval",
        "规划已依法批准，现公布规划用地用海、三条控制线和规划分区等主要图件，可在地图上逐地块查询。",
        "The approved plan: land use, the three control lines and the zones can be looked up plot by plot.",
        (
            "《示例市国土空间总体规划（2021—2035年）》已依法批准。依照国土空间规划公开的有关规定，现将规划主要内容予以公布。",
            "规划确定“一江两岸、一主多镇”的空间格局：以示江为轴，北岸保护老城，南岸建设江湾新中心；外围九个镇区与永久基本农田、生态保护红线相间布局。",
            "规划统筹划定永久基本农田、生态保护红线和城镇开发边界三条控制线。公布的图件经脱敏处理，面积为约数，位置以10米格网表达，不作为权属与审批依据。",
            "公众可在“规划地图”中点击任意位置，查看该处的规划用途和控制要求；对图件内容有疑问的，可通过本页所列方式咨询。",
        ),
        46,
        0,
        ("landuse", "zoning", "farmland", "ecology", "boundary"),
        "city",
        "示例市全域",
    ),
    NoticeText(
        "jiangwan-detailed-plan",
        "draft_plan",
        "江湾片区控制性详细规划（草案）公示",
        "Riverside Centre: draft regulatory detailed plan open for comment",
        "江湾片区拟调整商业商务与居住用地的比例，沿江增加公共绿地和两处社区服务设施，现征求公众意见。",
        "The draft changes the mix of offices and homes and adds riverside parks. Comments are invited.",
        (
            "江湾片区位于示江南岸，东至东湖路，西至示柳河，南至学府大道，北至滨江南路。",
            "本次规划的主要内容：一是沿中轴大道两侧布置中央公园和文化设施；二是将部分商务用地调整为居住用地，促进职住平衡；三是沿江控制宽度不小于七十米的公共绿带，保证市民可达。",
            "规划范围内新增幼儿园三所、小学一所、社区服务设施两处，建筑高度由江边向内逐级升高。",
            "公示期内，任何单位和个人均可通过网站、信函或现场方式提出意见。利害关系人可以申请听证。",
        ),
        9,
        30,
        ("landuse", "fourlines", "roads"),
        "cbd",
        "江湾片区（示江南岸，中轴大道两侧）",
    ),
    NoticeText(
        "old-town-protection",
        "draft_plan",
        "示例老城历史文化街区保护规划（草案）公示",
        "Old Town: draft protection plan for the historic quarter",
        "拟划定老城历史文化街区的核心保护范围和建设控制地带，保持原有街巷尺度，严格控制建筑高度。",
        "The draft sets the core and control areas of the historic quarter and limits heights.",
        (
            "老城历史文化街区以鼓楼一带为中心，保留着较完整的街巷格局和传统民居。",
            "规划划定紫线，核心保护范围内不得新建、扩建与保护无关的建筑；建设控制地带内建筑高度不超过十八米，屋顶形式和色彩应与传统风貌相协调。",
            "规划提出整治护城河沿线环境，增设三处小型广场和一处停车场，改善居民的排水、消防和用电条件。",
            "欢迎居民和专家提出意见。意见采纳情况将在批后公布时一并说明。",
        ),
        3,
        30,
        ("landuse", "fourlines"),
        "old_town",
        "老城鼓楼一带",
    ),
    NoticeText(
        "school-site",
        "pre_approval",
        "示例市新城实验学校建设项目用地预审与选址意见书批前公示",
        "New Town experimental school: siting before approval",
        "项目拟选址于新城片区中小学用地内，符合国土空间规划，现予批前公示。",
        "The school is to stand on land planned for schools in the New Town. Shown before approval.",
        (
            "示例市新城实验学校拟设三十六个班，用地约三公顷，拟选址位置在规划中为中小学用地。",
            "经核查，选址不占用永久基本农田，不涉及生态保护红线，位于城镇开发边界内。",
            "利害关系人对选址有异议的，请在公示期内提出书面意见。",
        ),
        5,
        10,
        ("landuse", "facilities"),
        "new_town",
        "新城片区",
    ),
    NoticeText(
        "industry-permit",
        "pre_approval",
        "产业园精密制造厂房项目建设工程规划许可批前公示",
        "Industrial park: precision works, planning permit before approval",
        "厂房总建筑面积约四万平方米，容积率1.6，建筑高度不超过二十四米，现予批前公示。",
        "A works of about 40,000 square metres, floor area ratio 1.6, height up to 24 metres. Shown before approval.",
        (
            "项目位于示例市产业园，用地性质为工业用地，建设厂房四栋、配套服务用房一栋。",
            "主要指标：容积率1.6，建筑密度48%，绿地率12%，建筑限高24米，均符合详细规划要求。",
            "项目总平面图和效果图在建设现场同步公示。",
        ),
        16,
        10,
        ("landuse",),
        "industry",
        "产业园",
    ),
    NoticeText(
        "metro-station",
        "building_permit",
        "轨道交通2号线金融街站出入口建设工程规划许可批后公布",
        "Metro line 2, Finance Street station entrances: permit published",
        "金融街站四个出入口及附属设施已取得建设工程规划许可，现予公布。",
        "The four entrances of Finance Street station have received their planning permit.",
        (
            "金融街站位于江湾片区，设四个出入口、两组风亭，与周边地块地下空间预留连通条件。",
            "批前公示期间收到意见十二条，其中九条已采纳，主要涉及出入口无障碍设施和非机动车停放。",
        ),
        28,
        0,
        ("metro", "stations", "landuse"),
        "metro",
        "江湾片区金融街站",
    ),
    NoticeText(
        "supply-plan",
        "land_supply",
        "示例市2026年度国有建设用地供应计划公布",
        "Land supply plan 2026",
        "计划供应住宅、商服、工业和公共服务用地，优先保障保障性住房和学校、医院用地。",
        "Plots for homes, business, industry and public services; affordable homes, schools and hospitals come first.",
        (
            "计划坚持总量控制、有保有压，优先保障民生项目，引导存量用地盘活利用。",
            "地块位置、用途、面积和计划供应季度可在规划地图“供地计划”图层查询。具体出让条件以出让公告为准。",
        ),
        62,
        0,
        ("supply", "landuse"),
        "high_tech",
        "示例市中心城区",
    ),
    NoticeText(
        "lake-green-line",
        "amendment",
        "东湖公园绿线局部调整方案公示",
        "East Lake park: adjustment of the green line",
        "因湖岸生态修复，拟将北岸部分道路用地调整为公园绿地，公园绿地面积净增加。",
        "For restoring the lake shore some road land on the north bank becomes park; the park grows.",
        (
            "东湖北岸原规划滨湖道路拟北移，腾出的用地调整为公园绿地，用于恢复湖滨湿地和设置步行道。",
            "调整后绿线内公园绿地净增加约二公顷，周边道路通行能力经论证满足需要。",
            "按照城市绿线管理的有关规定，现将调整方案公示，征求公众意见。",
        ),
        40,
        30,
        ("fourlines", "landuse"),
        "lake",
        "东湖公园",
    ),
    NoticeText(
        "village-plan",
        "draft_plan",
        "示桥镇村庄规划（草案）公示",
        "Shiqiao Town: draft village plan",
        "统筹宅基地、耕地和生态空间，明确村庄建设边界，保障合理建房需求。",
        "The draft settles homestead land, fields and nature, and sets the limits for building in villages.",
        (
            "规划范围为示桥镇所辖行政村。规划落实永久基本农田和生态保护红线，划定村庄建设边界。",
            "规划安排公共服务设施、道路、给水排水和公共空间项目，明确新建农房的选址、层数和风貌要求。",
            "草案在各村村务公开栏同步公示，村民可向村民委员会或者镇人民政府提出意见。",
        ),
        1,
        30,
        ("landuse", "farmland", "boundary"),
        "town",
        "示桥镇",
    ),
    NoticeText(
        "waterside-path",
        "pre_approval",
        "示江南岸滨江步道建设项目用地预审与选址意见书批前公示",
        "Riverside path on the south bank: siting before approval",
        "项目拟在示江南岸公共绿地内建设步道和休息设施，符合国土空间规划，现予批前公示。",
        "A path with resting places in the green strip of the south bank. Shown before approval.",
        (
            "滨江步道全长约一千六百米，宽四米，沿线设休息设施三处、公共厕所一处。",
            "经核查，选址不占用永久基本农田，不涉及生态保护红线，位于城镇开发边界内。",
        ),
        12,
        10,
        ("landuse", "fourlines"),
        "waterside",
        "示江南岸滨江绿带",
    ),
)
