//! Words that people read and that no catalogue holds.

use fieldwork_forms::envelope::Problem;
use fieldwork_forms::spec::Form;
use fieldwork_forms::{Catalogue, concept::Concept};

/// A photograph's stage.
pub fn stage(stage: &str) -> &str {
    match stage {
        "scene" => "现场",
        "before" => "处理前",
        "during" => "处理中",
        "after" => "处理后",
        "household" => "入户",
        "outside" => "房屋外观",
        "defect" => "隐患部位",
        other => other,
    }
}

/// Why a form cannot be made, as a sentence with the labels of its fields.
pub fn problem(catalogue: &Catalogue, system: &str, form: &str, problem: &Problem) -> String {
    let form = catalogue.spec(system).and_then(|spec| spec.form(form));
    let named = |field: &str| named(form, field);
    let labels = |concepts: &[String]| {
        let labels = concepts.iter().map(|id| labelled(catalogue, id));
        labels.collect::<Vec<_>>().join("、")
    };
    let told = match problem {
        Problem::Missing { field, .. } if field == "ref" => "对接系统的事项编号还不知道".to_owned(),
        Problem::Missing { field, concepts } => match concepts.is_empty() {
            true => format!("{}必填，现在没有值", named(field)),
            false => format!("{}必填，现在没有值；取自{}", named(field), labels(concepts)),
        },
        Problem::Unmapped {
            field,
            concept,
            code,
            map,
        } => format!(
            "{}：{}是“{code}”，代码表{map}里没有对应",
            named(field),
            labelled(catalogue, concept)
        ),
        Problem::Unfit { field, reason } => format!("{}：{}", named(field), unfit(reason)),
        Problem::PhotoMissing { slot, stage: of } => {
            format!("照片位{slot}缺少{}照片", stage(of))
        }
    };
    format!("不能生成：{told}")
}

fn named(form: Option<&Form>, field: &str) -> String {
    if field == "when" {
        return "这份表是否要填".to_owned();
    }
    let fields = form
        .into_iter()
        .flat_map(|form| form.fields.iter().chain(&form.auto));
    let found = fields.into_iter().find(|one| one.id == field);
    match found {
        Some(one) => format!("{}（{field}）", one.label),
        None => field.to_owned(),
    }
}

fn labelled(catalogue: &Catalogue, id: &str) -> String {
    let concept: Option<&Concept> = catalogue.concepts.find(id);
    concept.map_or_else(
        || id.to_owned(),
        |concept| format!("{}（{id}）", concept.label),
    )
}

/// Why a value does not fit, in Chinese; what is not known stays as it is.
pub fn unfit(reason: &str) -> String {
    let limit = |most: &str, unit: &str| {
        let (most, has) = most.split_once(", has ")?;
        let most = most.strip_suffix(unit)?.trim_end();
        Some((most.to_owned(), has.to_owned()))
    };
    if let Some(rest) = reason.strip_prefix("at most ") {
        if let Some((most, has)) = limit(rest, "characters") {
            return format!("最多{most}个字，现有{has}个");
        }
        if let Some((most, has)) = limit(rest, "decimals") {
            return format!("最多{most}位小数，现有{has}位");
        }
    }
    if let Some(has) = reason.strip_prefix("takes a number, has ") {
        return format!("要填数字，现在是{}", noun(has));
    }
    if let Some(has) = reason.strip_suffix(" needs a format to be written") {
        return format!("{}不能直接写成文字，要用code_map或format", noun(has));
    }
    if let Some((has, wanted)) = reason.split_once(" cannot be written as ") {
        return format!("{}不能写成{}", noun(has), noun(wanted));
    }
    if let Some((name, wanted)) = reason.split_once(" is not ") {
        return format!("{}不是{}", noun(name), noun(wanted));
    }
    match reason {
        "a text too short to be masked" => "文字太短，遮盖不了".to_owned(),
        "a number out of range" => "数字超出范围".to_owned(),
        "the photograph does not say where the camera looked" => "照片没有拍摄方向".to_owned(),
        other => other.to_owned(),
    }
}

fn noun(noun: &str) -> &str {
    match noun {
        "a text" => "文字",
        "a number" => "数字",
        "yes or no" => "是或否",
        "a day" => "日期",
        "a time" => "时间",
        "a position" => "位置",
        "a list" => "清单",
        "a code" => "代码",
        "unreadable" => "读不懂的值",
        "a date" => "日期格式",
        "a masked text" => "遮盖的文字",
        "a coordinate" => "坐标",
        "a measure" => "换算的数量",
        "a shortened text" => "截短的文字",
        "a citizen number" => "公民身份号码",
        "a telephone number" => "电话号码",
        "a thing of the register" => "底册里的对象",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::unfit;

    #[test]
    fn what_does_not_fit_is_said_in_chinese() {
        for (reason, said) in [
            ("at most 8 characters, has 18", "最多8个字，现有18个"),
            ("at most 2 decimals, has 4", "最多2位小数，现有4位"),
            ("takes a number, has a text", "要填数字，现在是文字"),
            (
                "yes or no needs a format to be written",
                "是或否不能直接写成文字，要用code_map或format",
            ),
            ("a text cannot be written as a date", "文字不能写成日期格式"),
            (
                "household.phone is not a telephone number",
                "household.phone不是电话号码",
            ),
        ] {
            assert_eq!(unfit(reason), said);
        }
    }
}
