//! Code maps held against what they map: the codes that exist, and the fields that they serve.

use crate::code_map::{CodeMap, Codes};
use crate::concept::ConceptType;
use crate::condition::Condition;
use crate::constant::Constant;
use crate::expression::Expression;
use crate::near::hint;
use crate::spec::{Form, Required, Route, Spec};

use super::reach::Reach;
use super::{Checked, Checker};

/// The map of yes and no of any concept.
const YES_NO: &str = "bool";
/// The field of a map that serves several.
const SEVERAL: &str = "*";
/// Facts that hold the id of a kind.
const OF_KIND: [&str; 2] = ["capture.kind", "case.kind"];
/// The fact that holds a code of whichever concept the case is of.
const OF_CASE: &str = "case.type";

impl Checker<'_> {
    /// A map's rules are about codes that exist, and every code has one or is named as lacking; a map of
    /// yes and no knows both.
    pub(super) fn rules(&self, name: &str, map: &CodeMap) -> Checked {
        let path = format!("code_maps.{name}.rules");
        let Some(codes) = self.codes(&map.concept) else {
            return Ok(());
        };
        for (at, rule) in map.rules.iter().enumerate() {
            let exists = codes.iter().any(|code| rule.0.fits(code));
            if !exists {
                let (written, hint) = match &rule.0 {
                    Codes::One(one) => (
                        format!("{one:?}"),
                        hint(one, codes.iter().map(String::as_str)),
                    ),
                    Codes::Range(first, last) => (format!("\"{first}-{last}\""), String::new()),
                };
                let reason = format!("{} has no code {written}{hint}", map.concept);
                return self.no(&format!("{path}[{at}]"), reason);
            }
        }
        self.lacking(name, map, &codes)?;
        let unmapped = |code: &&String| map.target(code).is_none();
        let mut unmapped = codes.iter().filter(unmapped);
        if self.is_yes_no(&map.concept) {
            return match unmapped.next() {
                Some(code) => {
                    let reason = format!("a map of yes and no has no rule for {code:?}");
                    self.no(&path, reason)
                }
                None => Ok(()),
            };
        }
        // Kinds and cases come with their own lists; a map says there what it is about.
        if self.known.concepts.find(&map.concept).is_none() {
            return Ok(());
        }
        let missing: Vec<String> = unmapped
            .filter(|code| !map.lacks.contains(code))
            .map(|code| format!("{code:?}"))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let reason = format!(
            "has no rule for {} of {}; what the owner has no counterpart to is named in \"lacks\"",
            missing.join(", "),
            map.concept
        );
        self.no(&path, reason)
    }

    /// What a map means to lack are codes of its concept without a rule.
    fn lacking(&self, name: &str, map: &CodeMap, codes: &[String]) -> Checked {
        for (at, code) in map.lacks.iter().enumerate() {
            let path = format!("code_maps.{name}.lacks[{at}]");
            if !codes.contains(code) {
                let hint = hint(code, codes.iter().map(String::as_str));
                return self.no(&path, format!("{} has no code {code:?}{hint}", map.concept));
            }
            if map.rules.iter().any(|rule| rule.0.fits(code)) {
                return self.no(&path, format!("{code:?} has a rule"));
            }
        }
        Ok(())
    }

    /// All codes that a map of this concept can meet; `None` where they are not counted.
    fn codes(&self, concept: &str) -> Option<Vec<String>> {
        let all = self.known.concepts;
        if self.is_yes_no(concept) {
            return Some(vec!["true".to_owned(), "false".to_owned()]);
        }
        if OF_KIND.contains(&concept) {
            return Some(
                self.known
                    .kinds
                    .iter()
                    .map(|kind| kind.id.clone())
                    .collect(),
            );
        }
        let codes: Vec<String> = match concept {
            OF_CASE => all
                .iter()
                .flat_map(|one| &one.codes)
                .map(|one| one.code.clone())
                .collect(),
            concept => {
                let codes = all.find(concept).into_iter().flat_map(|one| &one.codes);
                codes.map(|one| one.code.clone()).collect()
            }
        };
        (!codes.is_empty()).then_some(codes)
    }

    fn is_yes_no(&self, concept: &str) -> bool {
        let found = self.known.concepts.find(concept);
        concept == YES_NO || found.is_some_and(|one| one.r#type == ConceptType::Bool)
    }

    /// A map in use maps codes of the concept that it says, for a field that there is.
    pub(super) fn mapped(
        &self,
        path: &str,
        name: &str,
        of: &Expression,
        reach: &Reach<'_>,
    ) -> Checked {
        let Some(spec) = reach.spec() else {
            return Ok(());
        };
        let Some(map) = spec.code_maps.get(name) else {
            return Ok(());
        };
        let forms = || spec.forms.iter();
        let ids = || {
            forms()
                .flat_map(|form| form.fields.iter().chain(&form.auto))
                .map(|f| f.id.as_str())
        };
        if map.field != SEVERAL && !ids().any(|id| id == map.field) {
            let hint = hint(&map.field, ids());
            let reason = format!("no form has a field {:?}{hint}", map.field);
            return self.no(&format!("code_maps.{name}.field"), reason);
        }
        if self.is_yes_no(&map.concept) {
            return match self.possible(of, reach).is_yes_no() {
                true => Ok(()),
                false => self.no(
                    &format!("{path}.code_map.of"),
                    format!("the map {name:?} is of yes and no, this is never that"),
                ),
            };
        }
        let mut names = Vec::new();
        whole_facts(of, reach, &mut names);
        match names.into_iter().find(|fact| !alike(fact, &map.concept)) {
            Some(fact) => {
                let reason = format!("the map {name:?} is of {}, not of {fact}", map.concept);
                self.no(&format!("{path}.code_map.of"), reason)
            }
            None => Ok(()),
        }
    }

    /// The codes for which a route gives its form by name need a rule where a field that must be there is
    /// made from them: else the route names what can never be made.
    pub(super) fn named_codes(
        &self,
        path: &str,
        spec: &Spec,
        form: &Form,
        route: &Route,
    ) -> Checked {
        let mut named = Vec::new();
        if let Some(when) = &route.when {
            demanded(when, &mut named);
        }
        for field in form.fields.iter().chain(&form.auto) {
            let (Expression::CodeMap { map: name, of }, Required::Always(true)) =
                (&field.value, &field.required)
            else {
                continue;
            };
            let (Expression::From(fact), Some(map)) = (&**of, spec.code_maps.get(name)) else {
                continue;
            };
            for (tested, constant) in &named {
                let code = match constant {
                    Constant::Text(code) => code.clone(),
                    Constant::Bool(yes) => yes.to_string(),
                    Constant::Number(_) => continue,
                };
                if plain(tested) == plain(fact) && map.target(&code).is_none() {
                    let reason = format!(
                        "has no rule for {code:?} of {}, for which {path} gives the form {:?}",
                        plain(fact),
                        form.id
                    );
                    return self.no(&format!("code_maps.{name}.rules"), reason);
                }
            }
        }
        Ok(())
    }
}

fn plain(name: &str) -> &str {
    name.strip_prefix("said.").unwrap_or(name)
}

fn alike(fact: &str, concept: &str) -> bool {
    let kinds = OF_KIND.contains(&fact) && OF_KIND.contains(&concept);
    fact == concept || kinds || fact == OF_CASE || concept == OF_CASE
}

/// The facts that an expression hands on as they are.
fn whole_facts(expression: &Expression, reach: &Reach<'_>, names: &mut Vec<String>) {
    match expression {
        Expression::From(name) => match name.strip_prefix("local.") {
            Some(local) => {
                if let Some(local) = reach.find(local) {
                    whole_facts(local, reach, names);
                }
            }
            None => names.push(plain(name).to_owned()),
        },
        Expression::FirstOf(list) => list.iter().for_each(|one| whole_facts(one, reach, names)),
        Expression::When(cases) => {
            cases
                .iter()
                .for_each(|case| whole_facts(&case.then, reach, names));
        }
        Expression::Default { of, .. } => whole_facts(of, reach, names),
        Expression::Const(_)
        | Expression::Join { .. }
        | Expression::Slice { .. }
        | Expression::CodeMap { .. }
        | Expression::Label(_)
        | Expression::Count(_)
        | Expression::Format { .. } => {}
    }
}

/// Values of which one must be there for a condition to hold.
fn demanded<'a>(condition: &'a Condition, named: &mut Vec<(&'a str, &'a Constant)>) {
    match condition {
        Condition::Equals { of, to } => named.push((of, to)),
        Condition::In { of, values } => {
            named.extend(values.iter().map(|value| (of.as_str(), value)))
        }
        Condition::And(all) => all.iter().for_each(|one| demanded(one, named)),
        Condition::Present(_)
        | Condition::Compare { .. }
        | Condition::Or(_)
        | Condition::Not(_) => {}
    }
}
