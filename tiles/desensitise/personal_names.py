"""Names of people as texts give them: with a form of address, an office, or after a label.

A bare name cannot be told from any other word; what gives it away is what stands around it.
"""

from __future__ import annotations

import re

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文庞樊殷施洪倪严牛温芦俞章鲁葛韦申尤毕聂焦柳邢岳骆祁莫向涂关游甘"
    "覃阳闫肖裴翟詹兰齐靳耿鲍梅柯阮庄舒屈祝童欧祖蓝邬麦褚娄窦连苗尚宁晏"
    "張劉陳楊趙黃吳孫鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻鐘鍾範譚鄒陸顧龍萬錢湯賴龔龐嚴溫蘆韋畢聶駱關塗"
    "閆陽蘭齊莊歐藍鄔麥婁竇連寧"
)
_NAME = (
    "(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|夏侯|东方|東方|皇甫|尉迟|尉遲|公孙|公孫|慕容"
    f"|司徒|令狐|宇文|长孙|長孫|[{_SURNAMES}])"
)
_GIVEN = r" ?(?![级全层端新管务融域项目部车间办的之和与及是为有在了不案])[\u3400-\u9fff]"
_HONORIFICS = "先生|女士|小姐|太太|师傅|師傅|阿姨|大爷|大爺|大妈|大媽|大叔|大哥|大姐|奶奶|爷爷|爺爺|伯伯|叔叔|老师|老師"
_OFFICES = (
    "总?经理|總?經理|主任|书记|書記|局长|局長|处长|處長|科长|科長|院长|院長|校长|校長|村长|村長|董事长|董事長"
    "|医生|醫生|律师|律師|教授|工程师|工程師|主席|股长|股長|队长|隊長"
    "|课长|課長|会长|會長|理事长|理事長|总裁|總裁|议员|議員"
    "|博士|警官|法官|护士|護士|建筑师|建築師|技師|組長|组长"
)
_HEADS_OF_PLACES = "市长|市長|区长|區長|县长|縣長|镇长|鎮長|乡长|鄉長|里長"
_LABELS = (
    "联系人|聯絡人|聯繫人|业主|業主|权利人|權利人|所有权人|所有權人|使用权人|使用權人|申请人|申請人|负责人|負責人"
    "|经办人|經辦人|承办人|承辦人|户主|戶主|姓名|法定代表人|法人代表|土地使用者"
)
# A street or a hall named after someone is a place, not a person.
_PLACE_TAIL = (
    r"(?!纪念|紀念|故居|故里|雕像|铜像|墓|祠|路|街|巷|公园|公園|陵|学校|學校|图书馆|圖書館)"
)
_LATIN = r"\b(?:Mr|Mrs|Ms|Miss|Dr)\b"

_ADDRESSED = re.compile(
    rf"(?!(?<=[一首])任){_NAME}(?:{_GIVEN}){{0,2}}? ?(?:{_HONORIFICS}){_PLACE_TAIL}"
)
# Where an office is spoken of and not its holder: 曾任法官, 向主席团, 申请律师执业.
_NO_HOLDER = r"(?![向任]|曾任|申请|申請|董事)"
_BEFORE_HOLDER = r"(?:(?<![\u3400-\u9fff])|(?<=[人由与與和及是为為找的]))"
_OFFICER = re.compile(
    rf"{_BEFORE_HOLDER}{_NO_HOLDER}{_NAME}(?:{_GIVEN}){{0,2}}? ?(?:{_OFFICES}){_PLACE_TAIL}"
)
# 林甸县长青林场 holds no head of a county, so something must set the office off.
_HEAD_OF_PLACE = re.compile(
    rf"{_BEFORE_HOLDER}{_NAME}(?:{_GIVEN}){{0,2}}? ?(?:{_HEADS_OF_PLACES})"
    r"(?=[^\u3400-\u9fff]|[您你好的说說在和是对對与與及]|$)"
)
_LABELLED = re.compile(
    rf"(?:{_LABELS}) ?[:：] ?{_NAME}(?:{_GIVEN}){{1,2}}(?= ?(?:[^\u3400-\u9fff ]|$))"
)
_LATIN_ADDRESSED = re.compile(rf"{_LATIN}\.? [A-Z][a-z]+(?: [A-Z][a-z]+)?\b")

NAMES = (_ADDRESSED, _OFFICER, _HEAD_OF_PLACE, _LABELLED, _LATIN_ADDRESSED)
# One of these stands in every text that holds a name which could be found. Each begins with a
# plain letter, which lets the search skip from one possible beginning to the next.
ADDRESS_FORMS = "|".join(
    (_HONORIFICS, _OFFICES.replace("总?", "").replace("總?", ""), _HEADS_OF_PLACES, _LABELS)
)
LATIN_FORMS = "Mr|Ms|Miss|Dr"
