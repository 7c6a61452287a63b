//! What an import has to say about the files it read: by file, row and column, never by value.

use std::fmt;

use fieldwork_ids::IdError;
use serde::Serialize;

use crate::SourceFile;

/// One remark on one place of one file. Holds no personal values: who wants to see them opens the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file.
    pub file: SourceFile,
    /// The line of the file, the heading being 1; in a map file the feature, the first being 1.
    pub row: u32,
    /// The heading of the column, where one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What was found.
    #[serde(flatten)]
    pub kind: FindingKind,
}

/// What became of the row or cell that a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Put right; nothing to do.
    Mended,
    /// Imported as it stands; somebody should look.
    Kept,
    /// Not imported.
    Skipped,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// A lower-case letter in a number, now upper-case.
    LowerCase,
    /// Full-width characters in a number, now half-width.
    FullWidth,
    /// Spaces, hyphens or a country code in a number, now gone.
    Spacing,
    /// A citizen number of 15 digits, now one of 18.
    OldIdNumber,
    /// A telephone number with a leading zero, kept as text with its zero.
    LeadingZero,
    /// A number that does not pass its check, kept as written.
    BadNumber {
        /// Which check: `length`, `character`, `check`, `date`.
        reason: &'static str,
        #[serde(skip)]
        /// The same, typed.
        error: IdError,
    },
    /// A cell that should say something is blank.
    Blank,
    /// A cell that should say 是 or 否 says something else.
    UnknownWord,
    /// A cell that should be a day is none.
    NotADate,
    /// A cell that should be a number is none.
    NotANumber,
    /// The same row stands further up.
    DuplicateRow {
        /// Where.
        first: u32,
    },
    /// Another row further up has the same code and other content; that one counts.
    DuplicateCode {
        /// Where.
        first: u32,
    },
    /// Another person further up has the same citizen number.
    SharedIdNumber {
        /// Where.
        first: u32,
    },
    /// The row has not as many cells as the heading.
    Columns {
        /// Cells in the heading.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// The row is damaged: a quotation mark is opened and not closed on its line.
    OpenQuote,
    /// The row is not UTF-8.
    NotUtf8,
    /// The row has no code to know it by, or its code cannot be one.
    NoCode,
    /// The person code is the person's citizen number, which must not become an id.
    CodeIsIdNumber,
    /// The household code is of another village.
    OtherVillage,
    /// No such household.
    UnknownHousehold,
    /// No household has this contractor code.
    UnknownContractor,
    /// No such grid.
    UnknownGrid,
    /// The household has no row in the other file.
    HouseholdNotIn {
        /// The other file.
        other: SourceFile,
    },
    /// No member of the household is marked as its head.
    NoHead,
    /// A second member of the household is marked as its head.
    SecondHead {
        /// Row of the first.
        first: u32,
    },
    /// The stated number of members is not the number of rows.
    Headcount {
        /// What the cell says.
        stated: u32,
        /// Rows of the household.
        counted: u32,
    },
    /// The cell says otherwise than the household's first row, which counts.
    DiffersWithinHousehold {
        /// Row that counts.
        first: u32,
    },
    /// The cell disagrees with a cell of another file, or of this one.
    Contradicts {
        /// The other file.
        other: SourceFile,
        /// Heading of the other cell.
        heading: &'static str,
    },
    /// The position is missing or no point on the earth.
    BadPoint,
    /// The position lies in no grid of the village.
    OutsideGrids,
    /// The outline is missing or no polygon.
    BadOutline,
    /// A column that is not read.
    UnknownColumn,
}

impl FindingKind {
    pub(crate) fn bad_number(error: IdError) -> Self {
        Self::BadNumber {
            reason: error.reason(),
            error,
        }
    }

    /// What became of the row or cell.
    pub fn effect(&self) -> Effect {
        use FindingKind as K;
        match self {
            K::LowerCase | K::FullWidth | K::Spacing | K::OldIdNumber | K::LeadingZero => {
                Effect::Mended
            }
            K::DuplicateRow { .. }
            | K::DuplicateCode { .. }
            | K::Columns { .. }
            | K::OpenQuote
            | K::NotUtf8
            | K::NoCode
            | K::CodeIsIdNumber
            | K::UnknownColumn => Effect::Skipped,
            _ => Effect::Kept,
        }
    }

    /// What was found, as a field worker reads it.
    pub fn chinese(&self) -> String {
        use FindingKind as K;
        let fixed = match self {
            K::LowerCase => "小写字母已改为大写",
            K::FullWidth => "全角字符已改为半角",
            K::Spacing => "已去除空格、连字符或国家代码",
            K::OldIdNumber => "15位旧号码已升为18位",
            K::LeadingZero => "以0开头的电话，按文本保留",
            K::BadNumber { error, .. } => return format!("号码{}，按原样保留", error.chinese()),
            K::Blank => "应填未填",
            K::UnknownWord => "应为“是”或“否”，按原样保留",
            K::NotADate => "不是有效日期，按原样保留",
            K::NotANumber => "不是有效数字，按原样保留",
            K::DuplicateRow { first } => return format!("与第{first}行完全重复，已跳过"),
            K::DuplicateCode { first } => {
                return format!("编号与第{first}行相同而内容不同，以第{first}行为准");
            }
            K::SharedIdNumber { first } => return format!("证件号码与第{first}行相同"),
            K::Columns { expected, found } => {
                return format!("应有{expected}列，实有{found}列，已跳过");
            }
            K::OpenQuote => "引号未闭合，本行已跳过",
            K::NotUtf8 => "文字编码不是UTF-8，本行已跳过",
            K::NoCode => "没有可用的编号，已跳过",
            K::CodeIsIdNumber => "编号就是证件号码，不能作编号，已跳过",
            K::OtherVillage => "户编号不属于本村",
            K::UnknownHousehold => "找不到这一户",
            K::UnknownContractor => "找不到这个承包方",
            K::UnknownGrid => "找不到这个网格",
            K::HouseholdNotIn { other } => return format!("这一户在《{}》中没有", other.stem()),
            K::NoHead => "这一户没有标明户主",
            K::SecondHead { first } => return format!("户主已在第{first}行标明，又标一人"),
            K::Headcount { stated, counted } => return format!("写明{stated}人，实有{counted}行"),
            K::DiffersWithinHousehold { first } => {
                return format!("与本户第{first}行不一致，以该行为准");
            }
            K::Contradicts { other, heading } => {
                return format!("与《{}》的“{heading}”不一致", other.stem());
            }
            K::BadPoint => "没有可用的坐标",
            K::OutsideGrids => "坐标不在本村任何网格内",
            K::BadOutline => "没有可用的边界",
            K::UnknownColumn => "此列不在导入范围内，未读取",
        };
        fixed.to_owned()
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use FindingKind as K;
        let fixed = match self {
            K::LowerCase => "lower-case letter made upper-case",
            K::FullWidth => "full-width characters made half-width",
            K::Spacing => "spaces, hyphens or country code removed",
            K::OldIdNumber => "citizen number of 15 digits upgraded to 18",
            K::LeadingZero => "telephone number with a leading zero kept as text",
            K::BadNumber { error, .. } => return write!(f, "number kept as written: {error}"),
            K::Blank => "blank where something is expected",
            K::UnknownWord => "neither 是 nor 否, kept as written",
            K::NotADate => "not a date, kept as written",
            K::NotANumber => "not a number, kept as written",
            K::DuplicateRow { first } => return write!(f, "the same as row {first}, skipped"),
            K::DuplicateCode { first } => {
                return write!(
                    f,
                    "same code as row {first} with other content, row {first} counts"
                );
            }
            K::SharedIdNumber { first } => return write!(f, "same citizen number as row {first}"),
            K::Columns { expected, found } => {
                return write!(f, "{found} cells where the heading has {expected}, skipped");
            }
            K::OpenQuote => "a quotation mark is not closed, row skipped",
            K::NotUtf8 => "not utf-8, row skipped",
            K::NoCode => "no usable code, skipped",
            K::CodeIsIdNumber => "the code is a citizen number, which cannot be an id, skipped",
            K::OtherVillage => "household code of another village",
            K::UnknownHousehold => "no such household",
            K::UnknownContractor => "no such contractor",
            K::UnknownGrid => "no such grid",
            K::HouseholdNotIn { other } => {
                return write!(f, "household has no row in {}", other.name());
            }
            K::NoHead => "no member is marked as head of the household",
            K::SecondHead { first } => {
                return write!(
                    f,
                    "a second head of the household, the first is in row {first}"
                );
            }
            K::Headcount { stated, counted } => {
                return write!(f, "{stated} members stated, {counted} rows");
            }
            K::DiffersWithinHousehold { first } => {
                return write!(f, "differs from row {first} of the household, which counts");
            }
            K::Contradicts { other, heading } => {
                return write!(f, "disagrees with {heading} of {}", other.name());
            }
            K::BadPoint => "no usable position",
            K::OutsideGrids => "position in no grid of the village",
            K::BadOutline => "no usable outline",
            K::UnknownColumn => "column not read",
        };
        f.write_str(fixed)
    }
}

impl Finding {
    /// The finding as a field worker reads it, such as `人口花名册.csv 第5行“证件号码”：15位旧号码已升为18位`.
    pub fn chinese(&self) -> String {
        let unit = if self.file.is_map() {
            "个地块或网格"
        } else {
            "行"
        };
        let column = self
            .column
            .as_ref()
            .map(|column| format!("“{column}”"))
            .unwrap_or_default();
        format!(
            "{} 第{}{unit}{column}：{}",
            self.file.name(),
            self.row,
            self.kind.chinese()
        )
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.file.is_map() { "feature" } else { "row" };
        write!(f, "{} {unit} {}", self.file.name(), self.row)?;
        if let Some(column) = &self.column {
            write!(f, " {column}")?;
        }
        write!(f, ": {}", self.kind)
    }
}
