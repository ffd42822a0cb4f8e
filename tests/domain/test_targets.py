"""Targets read from wording: every indicator of the real report, and what other offices write."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from welfare_desktop.domain.model import Plan, Target, TargetKind
from welfare_desktop.domain.targets import describe_target, read_targets, target_names

PLAN = (2018, 2022)


def short(target: Target) -> str:
    """``kind value unit comparator year`` of a target, without what is absent."""
    comparator = "" if target.comparator == "=" else target.comparator
    amount = "" if target.value is None else f"{comparator}{target.value}{target.unit}"
    return " ".join(part for part in (target.kind.value, amount, str(target.fiscal_year or "")) if part)


#: Every line of 主な活動指標 in the real report, council first, in print order: wording → targets.
REAL = {
    "地域ニーズに対するボランティア養成講座 H30(2018)～ 年2地区": ["annual_from 2地区 2018"],
    "地区社協連絡研修会 年2回以上 市市連研修会 年2回 交流会 年1回": ["annual ≥2回", "annual 2回", "annual 1回"],
    "地域交流スペースの状況把握のための調査 H30(2018)": ["once 2018"],
    "活動資金を調達するための講座 隔年1回": ["biennial 1回"],
    "指定小学校 年2校 指定中学校 年2校 指定高等学校年1校 福祉体験学習開催支援学校数 小・中学校 年30校": [
        "annual 2校",
        "annual 2校",
        "annual 1校",
        "annual 30校",
    ],
    "福祉教育情報交換会 年各1回": ["annual_each 1回"],
    "福祉教育協働事業件数 年7件": ["annual 7件"],
    "福祉体験学習等によるユニバーサルデザインの周知 年20件": ["annual 20件"],
    "推薦モデル事業所数 年1事業所": ["annual 1事業所"],
    "新規募金百貨店プロジェクト協賛企業数 年1企業": ["annual 1企業"],
    "推進協議会への社会福祉法人の加入率 H34(2022) 70%": ["by_year 70％ 2022"],
    "小地域福祉活動計画策定委員会及び実行委員会の開催支援地区社協数 25地区社協": ["level 25地区社協"],
    "小地区見守り訪問活動研修会開催支援地区社協数 25地区社協": ["level 25地区社協"],
    "地域ケア会議等への出席(エリア別会議 13回)": ["level 13回"],
    "地域課題解決実践事業 年5件": ["annual 5件"],
    "ふれあいいきいきサロン新規開設 年10ヵ所": ["annual 10ヵ所"],
    "地区サロン連絡会の開催 年25地区協議": ["annual 25地区協議"],
    "子育てサロン交流会の開催 年1回": ["annual 1回"],
    "児童館及び放課後児童クラブの運営の充実 児童館2 放課後児童クラブ16": ["level 2", "level 16"],
    "子どもの遊び文化活動 年5件": ["annual 5件"],
    "活動支援団体数 9団体": ["level 9団体"],
    "地域課題解決実践事業の実施 年5件": ["annual 5件"],
    "小地区見守り訪問活動研修会の開催支援 地区社協数 25地区社協": ["level 25地区社協"],
    "認知症高齢者徘徊模擬訓練の各地区への波及 年1地区": ["annual 1地区"],
    "有償在宅福祉サービス研修会等 年3回以上": ["annual ≥3回"],
    "介護予防・生活支援サポーター養成講座 年1回×2会場": ["multiple 2回"],
    "災害時等地域支え合いマップ更新 取組地区 年1回": ["annual 1回"],
    "災害ボランティア研修会 年1回": ["annual 1回"],
    "災害ボランティアセンター運営シミュレーション 年1回以上": ["annual ≥1回"],
    "福祉員等への情報提供 21地区": ["level 21地区"],
    "子ども110番の家への登録 3箇所": ["level 3箇所"],
    "各種研修会の開催支援 年20回": ["annual 20回"],
    "各地区福祉員協議会開催支援 21地区": ["level 21地区"],
    "市福祉員連絡協議会開催支援 年3回": ["annual 3回"],
    "合同研修会の開催支援 21地区": ["level 21地区"],
    "民生委員・児童委員、福祉員対象の研修会の充実": ["qualitative"],
    "民生委員・児童委員、福祉員に対し相談窓口の周知と連携強化": ["qualitative"],
    "各種研修会等の開催 年20回": ["annual 20回"],
    "各定例会参加時に周知 21地区": ["level 21地区"],
    "相談関係機関等との情報交換会の定期的な開催": ["qualitative"],
    "利用者への支援や相談対応等のための相談関係機関等との定期的な情報交換の実施": ["qualitative"],
    "制度の狭間の問題等に対応する事業の充実 各事業年1回点検": ["annual_each 1回"],
    "検討会議の開催支援 年2回以上": ["annual ≥2回"],
    "介護予防・生活支援サポーター登録者数 H32(2020) 250人": ["by_year 250人 2020"],
    "団体間の情報交換会 支援 年1回": ["annual 1回"],
    "多様な寄付の在り方についての検討会議を開催 年1回": ["annual 1回"],
    "やまぐち路傍塾年間活動件数 H32(2020) 2,000件": ["by_year 2000件 2020"],
    "福祉教育推進協力校 毎年8校": ["annual 8校"],
    "地域の力を活用している学校の割合 H32(2020) 100%": ["by_year 100％ 2020"],
    "点字・声の広報など発行の延べ利用人数 H32(2020) 点訳 522件 音訳 321件": [
        "by_year 522件 2020",
        "by_year 321件 2020",
    ],
    "市ウェブサイト等による情報提供 年1回以上": ["annual ≥1回"],
    "地域公益活動への支援 会議への参加 年1回以上": ["annual ≥1回"],
    "住んでいる地域の課題を認識している市民の割合 H32(2020) 35%": ["by_year 35％ 2020"],
    "個別課題や地域課題の解決を図る地域ケア会議の開催数 H32(2020) 930件": ["by_year 930件 2020"],
    "介護予防の自主活動を継続しているグループ数 H32(2020) 140グループ": ["by_year 140グループ 2020"],
    "地域子育て支援施設利用者数 H32(2020) 85,000人": ["by_year 85000人 2020"],
    "市民公開講座の実施 年1回以上": ["annual ≥1回"],
    "介護予防の自主活動グループの立ち上げ支援回数 H32(2020) 380回": ["by_year 380回 2020"],
    "見守り訪問グループ数の維持 H32(2020) 722グループ以上": ["by_year ≥722グループ 2020"],
    "認知症サポーター養成実施率 H32(2020) 100%": ["by_year 100％ 2020"],
    "生活支援コーディネーターを配置 7人": ["level 7人"],
    "緊急時の避難場所を知っている市民の割合 H32(2020) 70%": ["by_year 70％ 2020"],
    "防災研修会等の参加者数 H32(2020) 2,000人": ["by_year 2000人 2020"],
    "危険箇所看板作成数 H32(2020) 21箇所": ["by_year 21箇所 2020"],
    "防犯灯設置充足率 H32(2020) 100%": ["by_year 100％ 2020"],
    "出前講座内容理解度 H32(2020) 100%": ["by_year 100％ 2020"],
    "委員1人あたりの年間活動日数 152日": ["level 152日"],
    "ウェブサイトによる活動の周知回数 年1回以上": ["annual ≥1回"],
    "合同研修会への参加 年1回以上": ["annual ≥1回"],
    "関係機関のネットワーク構築に向けた会議の開催 年2回以上": ["annual ≥2回"],
    "成年後見制度の利用者数 H32(2020) 100人": ["by_year 100人 2020"],
    "検討会議の開催 年2回以上": ["annual ≥2回"],
}


@pytest.mark.parametrize(("wording", "targets"), REAL.items())
def test_the_real_indicators(wording: str, targets: list[str]) -> None:
    assert [short(target) for target in read_targets(wording, PLAN)] == targets


def test_the_table_holds_every_indicator_of_the_real_report(real_plan: Plan) -> None:
    wordings = [
        indicator.text
        for _, _, activity in real_plan.walk()
        for part in activity.parts
        for slot in part.slots
        for indicator in slot.indicators
    ]
    assert set(wordings) == set(REAL)
    assert sum(len(read_targets(wording, PLAN)) for wording in wordings) == 84


@pytest.mark.parametrize("wording", REAL)
def test_width_and_spaces_of_the_real_indicators_make_no_difference(wording: str) -> None:
    wide = "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in wording).replace(" ", "\u3000")
    assert [short(target) for target in read_targets(wide, PLAN)] == REAL[wording]


@pytest.mark.parametrize(
    ("wording", "targets"),
    [
        # Other eras, other orders, years behind the number.
        ("登録者数 令和2年度 250人", ["by_year 250人 2020"]),
        ("登録者数 令和２（２０２０）年度末までに２５０人以上", ["by_year ≥250人 2020"]),
        ("登録者数 2020(R2)年度 250人", ["by_year 250人 2020"]),
        ("登録者数 2020年度 250人", ["by_year 250人 2020"]),
        ("登録者数 250人(H32)", ["by_year 250人 2020"]),
        ("登録者数 250人（令和2年度末）", ["by_year 250人 2020"]),
        ("登録者数 250人 H32(2020)", ["by_year 250人 2020"]),
        ("登録者数 H32(2021) 250人", ["by_year 250人 2020"]),
        ("参加者数 R2 100人 R3 120人", ["by_year 100人 2020", "by_year 120人 2021"]),
        ("延べ参加者 H30(2018)～H34(2022) 500人", ["by_year 500人 2022"]),
        ("研修会 令和元年度から毎年3回", ["annual_from 3回 2019"]),
        ("研修会 R4まで毎年3回", ["annual 3回 2022"]),
        ("最終年度までに80%", ["by_year 80％ 2022"]),
        ("計画期間中 3地区", ["by_year 3地区 2022"]),
        ("5年間で10件", ["by_year 10件 2022"]),
        # What is, beside what shall be.
        ("登録者数 現状 180人 → 250人", ["level 250人"]),
        ("登録者数 180人(H29) → 250人(R4)", ["by_year 250人 2022"]),
        ("登録者数 H29(2017) 180人 H34(2022) 250人", ["by_year 250人 2022"]),
        # Comparisons.
        ("苦情件数 年5件以下", ["annual ≤5件"]),
        ("待機児童数 H34(2022) 10人未満", ["by_year ≤10人 2022"]),
        ("待ち時間 30分以内", ["level ≤30分"]),
        ("参加率 50%超", ["level ≥50％"]),
        ("待機児童 H34 10人まで減少", ["by_year ≤10人 2022"]),
        ("会議 最低年2回", ["annual 2回"]),
        ("会議 年最低2回", ["annual ≥2回"]),
        ("研修会 年2～3回", ["annual ≥2回"]),
        ("会議 年2回程度", ["annual 2回"]),
        # Rhythms.
        ("研修会 年一回", ["annual 1回"]),
        ("研修会 年に2回", ["annual 2回"]),
        ("年間延べ1,000人", ["annual 1000人"]),
        ("訪問 月1回", ["multiple 12回"]),
        ("訪問 毎月2回以上", ["multiple ≥24回"]),
        ("会議 半年に1回", ["multiple 2回"]),
        ("会議 四半期ごとに1回", ["multiple 4回"]),
        ("第1四半期 2回", ["level 2回"]),
        ("上半期 2回", ["level 2回"]),
        ("会議 隔月1回", ["multiple 6回"]),
        ("会議 2年に1回", ["biennial 1回"]),
        ("会議 3年に1回", ["biennial 1回"]),
        ("声かけ 週3回", ["annual 3回/週"]),
        ("2会場×1回", ["multiple 2回"]),
        ("年１回✕２会場", ["multiple 2回"]),
        ("各地区 年1回", ["annual_each 1回"]),
        ("交流会の開催（各地区年1回以上）", ["annual_each ≥1回"]),
        ("各支所1回", ["annual_each 1回"]),
        ("年3回(うち新規1回)", ["annual 3回", "annual 1回"]),
        # Units nobody listed, large numbers, changes.
        ("パンフレット 2,000部、ポスター 300枚", ["level 2000部", "level 300枚"]),
        ("子ども110番の家 50軒", ["level 50軒"]),
        ("助成額 年29万円", ["annual 290000円"]),
        ("参加者 1.5万人", ["level 15000人"]),
        ("満足度 平均4.5点以上", ["level ≥4.5点"]),
        ("ボランティア数 10%増", ["level 10％増"]),
        ("研修 一地区", ["level 1地区"]),
        ("登録数 16", ["level 16"]),
        # Inside a sentence, where nothing else is a target.
        ("生活支援コーディネーター7人の配置", ["level 7人"]),
        ("拠点を3か所に設置", ["level 3か所"]),
        # A year without a number.
        ("計画の見直し H34(2022)", ["once 2022"]),
        ("ガイドブック作成 令和2年度まで", ["once 2020"]),
        ("H31にアンケート実施", ["once 2019"]),
        # Numbers that are no targets.
        ("委員１人当たりの活動件数 年100件", ["annual 100件"]),
        ("65歳以上の参加率 70%", ["level 70％"]),
        ("2層コーディネーター 4人", ["level 4人"]),
        ("①研修会 年2回 ②交流会 年1回", ["annual 2回", "annual 1回"]),
        ("(1)研修会 年2回", ["annual 2回"]),
        ("1 研修会 年2回", ["annual 2回"]),
        ("地域福祉活動計画2 研修会 年1回", ["annual 1回"]),
        ("年2回開催（4月、10月）", ["annual 2回"]),
        ("10:00～12:00 年2回", ["annual 2回"]),
        ("3世代交流 年2回", ["annual 2回"]),
        ("一人暮らし高齢者の見守り", ["qualitative"]),
        ("いきいき百歳体操の普及", ["qualitative"]),
        ("第2層コーディネーターの配置", ["qualitative"]),
        ("相談窓口(24時間対応)の周知", ["qualitative"]),
        ("健康やまぐち21計画の推進", ["qualitative"]),
        ("平成30年7月豪雨の被災者支援", ["qualitative"]),
        ("令和元年度版ガイドブックの作成", ["qualitative"]),
        ("電話 083-934-2794 で相談受付", ["qualitative"]),
        ("県内3位以内", ["qualitative"]),
        ("毎月第2土曜日に開催", ["qualitative"]),
        ("事例集の周知(P32参照)", ["qualitative"]),
        # Nothing to reach.
        ("", []),
        ("  \u3000", []),
        ("—", []),
        ("－", []),
        ("※H30は未実施", []),
    ],
)
def test_what_other_offices_write(wording: str, targets: list[str]) -> None:
    assert [short(target) for target in read_targets(wording, PLAN)] == targets


def test_without_the_plans_years_past_figures_stand_and_plan_words_say_nothing() -> None:
    assert [short(target) for target in read_targets("登録者数 H29(2017) 180人")] == ["by_year 180人 2017"]
    assert [short(target) for target in read_targets("登録者数 H29(2017) 180人", PLAN)] == ["by_year 180人 2017"]
    assert [short(target) for target in read_targets("調査 H29(2017)", PLAN)] == ["qualitative"]
    assert [short(target) for target in read_targets("計画期間中 3地区")] == ["level 3地区"]


@pytest.mark.parametrize(
    ("line", "wordings", "names"),
    [
        ("子育てサロン交流会の開催 年1回", ["年1回"], ["子育てサロン交流会の開催"]),
        (
            "地区社協連絡研修会 年2回以上 市市連研修会 年2回 交流会 年1回",
            ["地区社協連絡研修会 年2回以上", "市市連研修会 年2回", "交流会 年1回"],
            ["地区社協連絡研修会", "市市連研修会", "交流会"],
        ),
        (
            "点字・声の広報など発行の延べ利用人数 H32(2020) 点訳 522件 音訳 321件",
            ["H32(2020) 点訳 522件", "音訳 321件"],
            ["点字・声の広報など発行の延べ利用人数 点訳", "点字・声の広報など発行の延べ利用人数 音訳"],
        ),
        (
            "児童館及び放課後児童クラブの運営の充実 児童館2 放課後児童クラブ16",
            ["児童館2", "放課後児童クラブ16"],
            [
                "児童館及び放課後児童クラブの運営の充実 児童館",
                "児童館及び放課後児童クラブの運営の充実 放課後児童クラブ",
            ],
        ),
        (
            "指定中学校 年2校 指定高等学校年1校 福祉体験学習開催支援学校数 小・中学校 年30校",
            ["指定中学校 年2校", "指定高等学校年1校", "福祉体験学習開催支援学校数 小・中学校 年30校"],
            ["指定中学校", "指定高等学校", "福祉体験学習開催支援学校数 小・中学校"],
        ),
        ("地域ケア会議等への出席(エリア別会議 13回)", ["13回"], ["地域ケア会議等への出席(エリア別会議)"]),
        ("養成講座 H30(2018)～ 年2地区", ["H30(2018)～ 年2地区"], ["養成講座"]),
        ("事業の充実 各事業年1回点検", ["各事業年1回"], ["事業の充実 点検"]),
        ("登録者数 250人(H32)", ["250人(H32)"], ["登録者数"]),
        ("調査 H30(2018)", ["H30(2018)"], ["調査"]),
        ("研修会の充実", ["研修会の充実"], ["研修会の充実"]),
        ("参加者数 R2 100人 R3 120人", ["R2 100人", "R3 120人"], ["参加者数", "参加者数"]),
        ("44.1%", ["44.1%"], [""]),
    ],
)
def test_a_wording_is_a_piece_of_the_line_and_a_name_what_it_counts(
    line: str, wordings: list[str], names: list[str]
) -> None:
    targets = read_targets(line, PLAN)
    assert [target.wording for target in targets] == wordings
    assert list(target_names(line, targets)) == names


def test_names_of_targets_corrected_by_hand() -> None:
    line = "サロン新規開設 年10ヵ所"
    corrected = (Target("サロン新規開設 年10ヵ所", TargetKind.ANNUAL, Decimal(10), "箇所"),)
    assert target_names(line, corrected) == ("サロン新規開設",)
    assert target_names(line, (Target("どこにもない 3回", TargetKind.LEVEL, Decimal(3), "回"),)) == ("サロン新規開設",)
    assert target_names(line, ()) == ()


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("研修会 年2回以上", "毎年 2回以上"),
        ("H32(2020) 85,000人", "令和2(2020)年度 85,000人"),
        ("H30(2018)～ 年2地区", "平成30(2018)年度から毎年 2地区"),
        ("講座 隔年1回", "隔年 1回"),
        ("年各1回", "毎年 各1回"),
        ("年1回×2会場", "計2回"),
        ("待機児童数 10人未満", "10人未満"),
        ("年5件以下", "毎年 5件以下"),
        ("調査 H30(2018)", "平成30(2018)年度"),
        ("研修会の充実", "数値目標なし"),
    ],
)
def test_a_target_in_the_programs_own_words(wording: str, said: str) -> None:
    assert describe_target(read_targets(wording)[0]) == said


WORDS = """
    年 毎年 隔年 月 各 各事業 H32 H30(2018) ～ 2020年度 令和2年度 回 人 地区社協 % 以上 以下 × 2 10 1,000 4.5 １２ 第 番 層 歳 あたり
    研修会 の開催 児童館 ( ) （ ） 、 ・ → 現状 うち 延べ 一 十 千 万 まで に
"""
words = st.sampled_from([*WORDS.split(), " ", "\u3000", "\n"])


@given(st.lists(words, max_size=14).map("".join))
@example("年各各各各各各各各各各1回")
@example("((((((((1回)(1回)(((")
def test_any_line_of_such_words_gives_sound_targets(line: str) -> None:
    targets = read_targets(line, PLAN)
    assert targets == read_targets(line, PLAN)
    position = 0
    for target in targets:
        position = line.index(target.wording, position)
        assert target.wording == target.wording.strip()
        assert target.comparator in ("≥", "≤", "=")
        assert (target.value is None) == (target.kind in (TargetKind.QUALITATIVE, TargetKind.ONCE))
        assert target.value is None or target.value >= 0
        assert target.kind is not TargetKind.BY_YEAR or target.fiscal_year is not None
        assert describe_target(target)
    assert len(target_names(line, targets)) == len(targets)


@given(st.text(max_size=80))
def test_no_text_makes_the_reader_fail(line: str) -> None:
    for target in read_targets(line):
        assert target.wording in line


@given(st.integers(0, 9999), st.sampled_from(["回", "人", "件", "地区社協", "ヵ所", "グループ", "％"]))
def test_a_value_and_unit_written_are_the_value_and_unit_read(value: int, unit: str) -> None:
    (target,) = read_targets(f"交流会の開催 年{value:,}{unit}以上")
    assert (target.value, target.unit, target.comparator) == (Decimal(value), unit, "≥")


def test_a_pasted_table_is_read_as_far_as_an_indicator_may_go() -> None:
    assert len(read_targets("研修会 年1回、" * 300)) == 60


def test_a_hostile_line_is_read_to_its_end() -> None:
    line = "各" * 2000 + "年" * 2000 + "1回" * 500 + "(" * 2000 + "H30～" * 300
    assert read_targets(line) is not None
