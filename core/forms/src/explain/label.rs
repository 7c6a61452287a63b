//! What derived facts are called, and from what they follow, in Chinese and English.

/// A derived fact as people read it.
pub(super) struct Named {
    /// From what it follows, Chinese.
    pub from: &'static str,
    /// What it is, Chinese.
    pub label: &'static str,
    /// From what it follows, English.
    pub from_english: &'static str,
    /// What it is, English.
    pub english: &'static str,
}

type Row = (&'static str, &'static str, &'static str);
type Source = (&'static str, &'static str, &'static [Row]);

const SOURCES: &[Source] = &[
    (
        "记录本身",
        "the capture itself",
        &[
            ("capture.kind", "记录类型", "kind of capture"),
            ("capture.label", "记录编号", "short name of the capture"),
            ("capture.photos", "照片", "photographs"),
            ("capture.links", "巡查中发现的问题", "finds of the patrol"),
        ],
    ),
    (
        "记录时间",
        "the time of the capture",
        &[
            ("capture.at", "时间", "time"),
            ("capture.date", "日期", "day"),
        ],
    ),
    (
        "填报人",
        "the author",
        &[("worker.enforcement", "执法角色", "role of enforcement")],
    ),
    (
        "村的设置",
        "the village",
        &[
            ("village.code", "村代码", "village code"),
            ("village.county", "县", "county"),
            ("village.town", "乡镇", "town"),
            ("village.name", "村", "village"),
        ],
    ),
    (
        "位置",
        "the position",
        &[
            ("place.point", "坐标", "coordinates"),
            ("place.grid", "所在网格", "grid"),
            ("place.grid_name", "所在网格名称", "name of the grid"),
            ("place.nearest_house", "最近房屋", "nearest house"),
            ("place.address", "地址", "address"),
            ("place.address_short", "地址", "address"),
        ],
    ),
    (
        "记录对象",
        "what the capture is about",
        &[
            (
                "concerned.present",
                "是否涉及人",
                "whether a person is concerned",
            ),
            (
                "concerned.name",
                "涉及人姓名",
                "name of the person concerned",
            ),
            (
                "concerned.id_no",
                "涉及人证件号码",
                "citizen number of the person concerned",
            ),
            (
                "concerned.phone",
                "涉及人电话",
                "telephone of the person concerned",
            ),
            ("household.code", "户编号", "household code"),
            ("household.size", "人数", "members of the household"),
            ("household.members", "家庭成员", "members of the household"),
            ("plot.code", "地块编码", "plot code"),
            ("house.code", "房屋编码", "house code"),
            ("premises.code", "场所编号", "premises code"),
            ("member.change", "成员变化", "how the member changed"),
        ],
    ),
    (
        "证件号码",
        "the citizen number",
        &[("person.age", "年龄", "age")],
    ),
    (
        "事项",
        "the case",
        &[
            ("case.kind", "事项来源", "kind of the case"),
            ("case.type", "事项类型", "type of the case"),
            ("case.type_concept", "事项类型", "type of the case"),
            ("case.due", "期限", "due date"),
        ],
    ),
    (
        "轨迹",
        "the track",
        &[
            ("track.started", "开始时间", "start"),
            ("track.ended", "结束时间", "end"),
            ("track.first_grid", "起点网格", "grid of the start"),
            (
                "track.first_grid_name",
                "起点网格名称",
                "name of the grid of the start",
            ),
            ("track.last_grid", "终点网格", "grid of the end"),
            (
                "track.last_grid_name",
                "终点网格名称",
                "name of the grid of the end",
            ),
            ("track.length_m", "里程", "length"),
            ("track.plots", "巡查地块", "plots seen"),
        ],
    ),
];

/// How people read a derived fact.
pub(super) fn named(name: &str) -> Named {
    for (from, from_english, rows) in SOURCES {
        if let Some((_, label, english)) = rows.iter().find(|(known, ..)| *known == name) {
            return Named {
                from,
                label,
                from_english,
                english,
            };
        }
    }
    if name.starts_with("case.held.") {
        return Named {
            from: "事项",
            label: "该系统登记了此事项",
            from_english: "the case",
            english: "the system holds it",
        };
    }
    // What is left are ids that systems gave a case.
    Named {
        from: "事项",
        label: "对接系统的编号",
        from_english: "the case",
        english: "id in the system",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_derived_fact_has_a_label() {
        let named: Vec<&str> = SOURCES
            .iter()
            .flat_map(|(.., rows)| rows.iter().map(|row| row.0))
            .collect();
        for name in crate::facts::DERIVED {
            assert!(named.contains(&name), "{name}");
        }
        assert_eq!(named.len(), crate::facts::DERIVED.len());
    }
}
