"""Every verb of the window, once: its menu, its words, its keys.

The window gives each name a method; a test holds that every verb has one, that it is in a menu, and that no two verbs
share their keys.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb.  ``keys`` is in Qt's portable form; ``checkable`` verbs are switches; a line is drawn ``above`` it."""

    name: str
    menu: str
    text: str
    keys: str = ""
    checkable: bool = False
    above: bool = False

    @property
    def sequences(self) -> tuple[str, ...]:
        """The keys as shown, and any others that do the same: Qt tells the two Enter keys apart, nobody else does."""
        if not self.keys:
            return ()
        return tuple(dict.fromkeys((self.keys, self.keys.replace("Enter", "Return"))))


VERBS = (
    Verb("start_page", "file", "最初の画面へ", "Ctrl+Shift+W"),
    Verb("open", "file", "開く…", "Ctrl+O"),
    Verb("save", "file", "今すぐ保存", "Ctrl+S", above=True),
    Verb("save_copy", "file", "別の場所に保存…", "Ctrl+Shift+S"),
    Verb("back_up", "file", "控えを作る", "Ctrl+Alt+S"),
    Verb("restore", "file", "控えから戻す…", "Ctrl+Alt+Shift+S"),
    Verb("quit", "file", "終わる", "Ctrl+Q", above=True),
    Verb("undo", "edit", "元に戻す", "Ctrl+Z"),
    Verb("redo", "edit", "やり直す", "Ctrl+Y"),
    Verb("cut", "edit", "切り取り", "Ctrl+X", above=True),
    Verb("copy", "edit", "コピー", "Ctrl+C"),
    Verb("paste", "edit", "貼り付け", "Ctrl+V"),
    Verb("copy_last_year", "edit", "前年度から写す", "Ctrl+D", above=True),
    Verb("confirm", "edit", "下書きを確定する", "Ctrl+Enter"),
    Verb("confirm_slot", "edit", "この記入欄の下書きをすべて確定", "Ctrl+Shift+Enter"),
    Verb("apply_proposal", "edit", "指摘の案のとおりに直す", "F4"),
    Verb("search", "edit", "全年度から探す", "Ctrl+F", above=True),
    Verb("replace", "edit", "探した文を一括で置き換える…", "Ctrl+R"),
    Verb("insert_phrase", "edit", "定型文を入れる…", "Ctrl+T", above=True),
    Verb("add_phrase", "edit", "この行を定型文に加える", "Ctrl+Alt+W"),
    Verb("edit_phrases", "edit", "定型文を編集…", "Ctrl+Shift+T"),
    Verb("add_indicator", "edit", "指標を加える", "Ctrl+Alt+I", above=True),
    Verb("add_result", "edit", "指標のない実績を加える", "Ctrl+Alt+R"),
    Verb("remove_row", "edit", "指標・実績の行を消す", "Ctrl+Alt+Del"),
    Verb("judge", "edit", "判定を決める…", "Ctrl+J"),
    Verb("correct_targets", "edit", "目標を直す…", "Ctrl+Shift+J"),
    Verb("link_result", "edit", "どの指標の実績か選ぶ…", "Ctrl+L"),
    Verb("confirm_link", "edit", "実績の対応を確認する", "Ctrl+Alt+C"),
    Verb("confirm_links", "edit", "対応の案をすべて確認する", "Ctrl+Shift+C"),
    Verb("roles", "view", "役割を開く", "Ctrl+1", checkable=True),
    Verb("initiatives", "view", "取組みを開く", "Ctrl+2", checkable=True),
    Verb("context", "view", "参照", "F9", checkable=True),
    Verb("filter_tree", "view", "活動の一覧を絞り込む…", "Ctrl+F6", above=True),
    Verb("show_all", "view", "絞り込みを外す", "Ctrl+Shift+F6"),
    Verb("both_panes", "view", "両方を縦に", "Ctrl+Alt+1", above=True),
    Verb("council_pane", "view", "市社会福祉協議会だけ", "Ctrl+Alt+2"),
    Verb("city_pane", "view", "市だけ", "Ctrl+Alt+3"),
    Verb("show_retired", "view", "廃止・開始前のものも表示", "Ctrl+3", checkable=True, above=True),
    Verb("add_basic_goal", "plan", "基本目標を加える…", "Ctrl+Alt+B"),
    Verb("add_activity_goal", "plan", "活動目標を加える…", "Ctrl+Alt+M"),
    Verb("add_activity", "plan", "活動を加える…", "Ctrl+Alt+A"),
    Verb("rename_node", "plan", "名前を変える…", "F2", above=True),
    Verb("number_node", "plan", "番号を変える…", "Ctrl+F2"),
    Verb("renumber", "plan", "番号を1から振り直す", "Ctrl+Shift+F2"),
    Verb("move_up", "plan", "上へ", "Alt+Up", above=True),
    Verb("move_down", "plan", "下へ", "Alt+Down"),
    Verb("move_to", "plan", "別の目標へ移す…", "Ctrl+Shift+M"),
    Verb("begin_from", "plan", "載せ始める年度…", "Ctrl+Alt+E", above=True),
    Verb("retire", "plan", "廃止する・取り消す…", "Ctrl+Alt+H"),
    Verb("remove_node", "plan", "空の目標・活動を消す", "Shift+Del"),
    Verb("departments", "plan", "担当課の一覧…", "Ctrl+Shift+K", above=True),
    Verb("plan_settings", "plan", "計画の設定…", "Ctrl+Shift+P"),
    Verb("plan_file", "plan", "計画ファイルを書き出す…", "Ctrl+Alt+F"),
    Verb("high_contrast", "view", "高コントラスト", "Ctrl+Alt+0", checkable=True, above=True),
    Verb("next_blank", "go", "次の未記入へ", "F8"),
    Verb("gaps", "go", "未記入・下書きの一覧", "Ctrl+F7"),
    Verb("back_to_list", "go", "一覧に戻る・一覧を閉じる", "Esc"),
    Verb("plan_overview", "go", "計画全体の状況", "Ctrl+G", above=True),
    Verb("back_to_overview", "go", "進み具合の一覧へ（戻る）", "Ctrl+Shift+G"),
    Verb("previous_activity", "go", "前の活動", "Ctrl+Up", above=True),
    Verb("next_activity", "go", "次の活動", "Ctrl+Down"),
    Verb("next_area", "go", "次の区画（構成 → 記入 → 参照）", "F6", above=True),
    Verb("previous_area", "go", "前の区画", "Shift+F6"),
    Verb("next_year", "year", "次の年度", "Ctrl+PgDown"),
    Verb("previous_year", "year", "前の年度", "Ctrl+PgUp"),
    Verb("rollover", "year", "年度更新…", "Ctrl+Shift+Y", above=True),
    Verb("confirm_activity", "year", "この活動の下書きをすべて確定…", "Ctrl+Alt+Enter", above=True),
    Verb("confirm_year", "year", "この年度の下書きをすべて確定…", "Ctrl+Alt+Shift+Enter"),
    Verb("owner_complete", "year", "担当課を完了にする", "Ctrl+Alt+K", above=True),
    Verb("owner_close", "year", "担当課を確定する（鍵をかける）", "Ctrl+Alt+Shift+K"),
    Verb("owner_reopen", "year", "担当課の完了・確定を取り消す…", "Ctrl+Alt+J"),
    Verb("close_year", "year", "確定して鍵をかける…", "Ctrl+Alt+U", above=True),
    Verb("unlock", "year", "確定した年度の鍵を外す…", "Ctrl+Shift+U"),
    Verb("import_report", "exchange", "報告書を読み込む…", "Ctrl+I"),
    Verb("merge", "exchange", "戻ってきたファイルを取り込む…", "Ctrl+M"),
    Verb("ledger", "exchange", "提出台帳…", "Ctrl+Alt+D"),
    Verb("remind", "exchange", "督促の一覧を書き出す…", "Ctrl+Alt+Shift+D"),
    Verb("export_official", "exchange", "A3 公式様式の Excel に書き出す…", "Ctrl+E", above=True),
    Verb("export_departments", "exchange", "担当課の記入用紙を書き出す…", "Ctrl+Shift+E"),
    Verb("export_flat", "exchange", "一覧表（Excel・CSV）を書き出す…", "Ctrl+Alt+L"),
    Verb("export_text", "exchange", "読み上げ用テキストを書き出す…", "Ctrl+Alt+T"),
    Verb("export_summary", "exchange", "委員会向け概要を書き出す…", "Ctrl+Alt+G"),
    Verb("export_template", "exchange", "用意した様式（Excel）に書き込む…", "Ctrl+Alt+Y"),
    Verb("export_package", "exchange", "受渡しファイルを書き出す…", "Ctrl+Alt+P"),
    Verb("preview", "exchange", "印刷プレビュー…", "Ctrl+P", above=True),
    Verb("print_overview", "exchange", "進み具合の一覧を印刷…", "Ctrl+Alt+O"),
    Verb("proofread", "tools", "校正", "F7"),
    Verb("check_again", "tools", "もう一度調べる", "F5"),
    Verb("fix_all", "tools", "確かな指摘をまとめて直す…", "Shift+F4"),
    Verb("print_list", "tools", "一覧を印刷…", "Ctrl+Shift+F7"),
    Verb("history", "tools", "この欄の履歴…", "Ctrl+H"),
    Verb("target_history", "tools", "目標の推移…", "Ctrl+Shift+H"),
    Verb("verify", "tools", "保存ファイルを確かめる", "Ctrl+Alt+V"),
    Verb("who", "tools", "入力者の名前…", "Ctrl+Alt+N", above=True),
    Verb("manual", "help", "使い方", "F1"),
    Verb("keys", "help", "キー操作の一覧", "Ctrl+F1"),
    Verb("about", "help", "この版について", "Ctrl+Shift+F1", above=True),
)

#: What the toolbar offers, with the icon of each.
TOOLBAR = (
    ("import_report", "取込み", "import.svg"),
    ("export_official", "書出し", "export.svg"),
    ("preview", "印刷", "print.svg"),
    ("proofread", "校正", "proofread.svg"),
    ("rollover", "年度更新", "year.svg"),
)
#: What the toolbar's 書出し offers below itself.
EXPORTS = tuple(verb.name for verb in VERBS if verb.name.startswith("export_"))
