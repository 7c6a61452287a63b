//! Another village, invented: other names, another place, three households. Nothing of the project has
//! seen it, so what holds here does not hold by having learnt the sample day by heart.

use std::fs;
use std::path::Path;

use fieldwork_register::SourceFile;
use serde_json::{Value, json};

/// Its village code.
pub const CODE: &str = "990101102305";
/// Its workers.
pub const WORKERS: [&str; 2] = ["W01", "W02"];
/// A household whose head lives with a wife and a son.
pub const FAMILY: &str = "household:990101102305000001";
/// The plot of that household.
pub const PLOT: &str = "plot:9901011023050100001";
/// A workshop.
pub const WORKSHOP: &str = "premises:CS01";
/// The grid of all three.
pub const GRID: &str = "990101102305001";
/// Where the family's house stands, degrees, WGS-84.
pub const HOUSE: (f64, f64) = (115.602, 33.402);

/// The citizen number with this body of 17 digits.
#[must_use]
pub fn citizen(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum();
    format!("{body}{}", char::from(b"10X98765432"[sum % 11]))
}

/// The firm code with this body of 17 characters.
fn firm(body: &str) -> String {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut weight = 1;
    let mut sum = 0;
    for letter in body.bytes() {
        sum += LETTERS.iter().position(|known| *known == letter).unwrap() * weight;
        weight = weight * 3 % 31;
    }
    format!("{body}{}", char::from(LETTERS[(31 - sum % 31) % 31]))
}

struct Person {
    household: u8,
    number: u8,
    name: &'static str,
    body: &'static str,
    relation: &'static str,
    health: &'static str,
}

const PEOPLE: [Person; 6] = [
    person(1, 1, "欧阳石生", "99010119681103011", "户主", "健康"),
    person(1, 2, "蓝玉珍", "99010119700722012", "配偶", "长期慢性病"),
    person(1, 3, "欧阳小川", "99010119981201013", "之子", "健康"),
    person(2, 1, "钟桂花", "99010119480215014", "户主", "健康"),
    person(3, 1, "雷满堂", "99010119820909015", "户主", "健康"),
    person(3, 2, "雷雨", "99010120160606016", "之女", "健康"),
];

const fn person(
    household: u8,
    number: u8,
    name: &'static str,
    body: &'static str,
    relation: &'static str,
    health: &'static str,
) -> Person {
    Person {
        household,
        number,
        name,
        body,
        relation,
        health,
    }
}

fn head(household: u8) -> &'static Person {
    PEOPLE
        .iter()
        .find(|one| one.household == household && one.number == 1)
        .unwrap()
}

fn phone(household: u8) -> String {
    format!("1370000{household:04}")
}

/// Writes the register's files into a folder.
pub fn write(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for file in SourceFile::ALL {
        let text = match file {
            SourceFile::Roster => roster(),
            SourceFile::Households => households(),
            SourceFile::Houses => houses(),
            SourceFile::Premises => premises(),
            SourceFile::Workers => workers(),
            SourceFile::Plots => plots(),
            SourceFile::Grids => grids(),
        };
        fs::write(folder.join(file.name()), text).unwrap();
    }
}

fn roster() -> String {
    let mut text = String::from(
        "\u{feff}县,乡,行政村,自然村,户编号,人编号,姓名,证件号码,人数,与户主关系,民族,文化程度,在校生状况,\
         健康状况,劳动技能,务工时间(月),是否参加大病保险,致贫原因1,危房户,是否解决安全饮用水,人均纯收入,\
         户联系电话,人联系电话,首次识别时间,人员识别时间,户类型,监测对象类型,风险是否消除,风险识别时间,\
         风险消除时间\r\n",
    );
    for one in &PEOPLE {
        let count = PEOPLE
            .iter()
            .filter(|other| other.household == one.household)
            .count();
        let h = one.household;
        text.push_str(&format!(
            "示例县,白石镇,石桥村,桥西,{CODE}{h:06},{CODE}{h:06}{:02},{},{},{count},{},汉族,初中,非在校生,{},\
             普通劳动力,6,是,,否,是,15800,{},,,,一般农户,,,,\r\n",
            one.number,
            one.name,
            citizen(one.body),
            one.relation,
            one.health,
            phone(h),
        ));
    }
    text
}

fn households() -> String {
    let mut text = String::from(
        "\u{feff}户编号,村民小组,承包方编码,户主姓名,人口数,义务教育有保障,基本医疗有保障,住房安全有保障,\
         饮水安全有保障,返贫风险类型,核实日期\r\n",
    );
    for h in 1..=3 {
        let count = PEOPLE.iter().filter(|one| one.household == h).count();
        text.push_str(&format!(
            "{CODE}{h:06},桥西组,{CODE}01{h:04},{},{count},是,是,是,是,,2025-03-01\r\n",
            head(h).name
        ));
    }
    text
}

fn houses() -> String {
    let mut text = String::from(
        "\u{feff}房屋编码,户编号,户主姓名,证件号码,联系电话,房屋地址,建筑面积,层数,建成年代,结构类型,用途,\
         是否自建,是否出租,是否经营,是否有隐患,隐患描述,安全等级,核实日期,经度,纬度\r\n",
    );
    for h in 1..=2 {
        let owner = head(h);
        text.push_str(&format!(
            "990101002005JC{h:05}F00010001,{CODE}{h:06},{},{},{},示例县白石镇石桥村桥西组{h:03}号,120,2,2003,砖混,\
             居住,是,否,否,否,,A,2025-03-01,{},{}\r\n",
            owner.name,
            citizen(owner.body),
            phone(h),
            HOUSE.0 + f64::from(h - 1) * 0.002,
            HOUSE.1
        ));
    }
    text
}

fn premises() -> String {
    format!(
        "\u{feff}场所编号,场所名称,场所类型代码,场所类型,统一社会信用代码,场所地址,负责人,证件号码,联系电话,经度,纬度\r\n\
         CS01,石桥竹器作坊,02,作坊,{},示例县白石镇石桥村桥西组090号,雷满堂,{},13700000003,115.6031,33.4031\r\n\
         CS02,桥头便民店,01,商店,{},示例县白石镇石桥村桥西组091号,钟桂花,{},13700000002,115.6041,33.4032\r\n",
        firm("92990101MA0009001"),
        citizen(head(3).body),
        firm("92990101MA0009002"),
        citizen(head(2).body),
    )
}

fn workers() -> String {
    format!(
        "\u{feff}编号,姓名,性别,职务,条线,角色,负责网格,联系电话\r\n\
         W01,盘秋月,女,村委会副主任,村务;网格;田长;房屋,两委;网格员;村级田长;房屋信息员;执法协管员,{GRID},13700009001\r\n\
         W02,赵铁柱,男,村民小组长,网格,网格员,{CODE}002,13700009002\r\n"
    )
}

fn square(west: f64, south: f64, width: f64, height: f64) -> Value {
    let (east, north) = (west + width, south + height);
    json!({"type": "Polygon", "coordinates": [[
        [west, south], [east, south], [east, north], [west, north], [west, south]
    ]]})
}

fn collection(name: &str, features: &[(Value, Value)]) -> String {
    let features: Vec<Value> = features
        .iter()
        .map(|(properties, geometry)| {
            json!({"type": "Feature", "properties": properties, "geometry": geometry})
        })
        .collect();
    json!({"type": "FeatureCollection", "name": name, "features": features}).to_string()
}

fn plots() -> String {
    let plot = |n: u8, h: u8| {
        json!({
            "DKBM": format!("{CODE}01{n:05}"), "DKMC": format!("桥西组{n:03}号地"),
            "CBFBM": format!("{CODE}01{h:04}"), "CBFMC": head(h).name,
            "SCMJM": 1.5, "SFJBNT": "1", "DKLB": "10", "TDYT": "1",
        })
    };
    collection(
        "地块",
        &[
            (plot(1, 1), square(115.606, 33.406, 0.001, 0.001)),
            (plot(2, 3), square(115.608, 33.406, 0.001, 0.001)),
        ],
    )
}

fn grids() -> String {
    let grid = |n: u8, name: &str, keeper: &str| json!({"WGDM": format!("{CODE}{n:03}"), "WGMC": name, "WGY": keeper});
    collection(
        "网格",
        &[
            (
                grid(1, "桥西网格", "盘秋月"),
                square(115.6, 33.4, 0.01, 0.01),
            ),
            (
                grid(2, "桥东网格", "赵铁柱"),
                square(115.61, 33.4, 0.01, 0.01),
            ),
        ],
    )
}
