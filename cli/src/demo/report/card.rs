//! One capture of the day as a card: what was said, what was seen, and what became of it.

use super::html::Html;

/// A capture.
#[derive(Debug, Default)]
pub(super) struct Card {
    /// Its label.
    pub id: String,
    /// When, `HH:MM`.
    pub time: String,
    /// What kind, in Chinese and English.
    pub kind: (String, String),
    /// Whom or what it is about, and where that is.
    pub subject: (String, String),
    /// How many things were entered, the subject included.
    pub inputs: usize,
    /// What was said.
    pub said: Vec<Said>,
    /// Photographs in the order of shooting.
    pub pictures: Vec<Picture>,
    /// Before, during and after side by side.
    pub strip: Option<Strip>,
    /// What it became.
    pub forms: Vec<Form>,
}

/// A strip.
#[derive(Debug)]
pub(super) struct Strip {
    /// A JPEG in base64.
    pub jpeg: String,
    /// Its words.
    pub text: String,
    /// What the phone said of the framing.
    pub framing: Vec<String>,
}

/// One answer.
#[derive(Debug)]
pub(super) struct Said {
    /// Label of the concept.
    pub label: String,
    /// Name of the member it is about.
    pub about: Option<String>,
    /// The value, codes by their labels.
    pub value: String,
}

/// A photograph.
#[derive(Debug)]
pub(super) struct Picture {
    /// Its stage and view in Chinese.
    pub stage: String,
    /// When, `HH:MM`.
    pub time: String,
    /// A small JPEG in base64; `None` where the file could not be read.
    pub jpeg: Option<String>,
}

/// A form that was made of the capture.
#[derive(Debug)]
pub(super) struct Form {
    /// Name of the system.
    pub system: String,
    /// Name of the form.
    pub name: String,
    /// Name of the person it is about.
    pub about: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// What was sent, in the order of the form.
    pub fields: Vec<Sent>,
}

/// A field as it was sent.
#[derive(Debug)]
pub(super) struct Sent {
    /// Its name, as the owner writes it.
    pub label: String,
    /// Its value on the wire; numbers of people masked.
    pub value: String,
    /// Nobody types it: time, position, photographs, references.
    pub auto: bool,
}

/// What became of a form.
#[derive(Debug)]
pub(super) enum Fate {
    /// The upstream has it; its own id, where it gives one, and when the hub heard so, `HH:MM`.
    Delivered(Option<String>, String),
    /// A row of the village's ledger, which goes nowhere.
    Kept,
    /// It is not there yet.
    Waiting,
    /// It did not get there; why, as far as anybody said.
    Failed(&'static str, Option<String>),
}

impl Card {
    /// How many of its forms have not arrived: on their way, refused, not made, or nobody knows.
    pub(super) fn missing(&self) -> usize {
        let arrived = |form: &&Form| matches!(form.fate, Fate::Delivered(..) | Fate::Kept);
        self.forms.len() - self.forms.iter().filter(arrived).count()
    }

    /// Writes the card.
    pub(super) fn write(&self, html: &mut Html) {
        html.raw("<li class=\"card\" id=\"").text(&self.id);
        html.raw("\">\n<div class=\"when\"><time>").text(&self.time);
        html.raw("</time>").element("span", &self.id);
        html.raw("</div>\n<article>\n<header><h3>")
            .text(&self.kind.0);
        html.raw(" <small lang=\"en\">").text(&self.kind.1);
        html.raw("</small></h3>").element("b", &self.subject.0);
        if !self.subject.1.is_empty() {
            html.raw(" ").element("span", &self.subject.1);
        }
        html.raw("</header>\n");
        // A single picture stands beside the words, several stand in a row to be compared.
        html.raw(match self.pictures.len() {
            1 => "<div class=\"beside\">\n",
            _ => "<div>\n",
        });
        self.write_said(html);
        self.write_pictures(html);
        html.raw("</div>\n");
        self.write_strip(html);
        self.write_forms(html);
        html.raw("</article></li>\n");
    }

    fn write_said(&self, html: &mut Html) {
        html.raw("<dl class=\"said\">");
        for said in &self.said {
            html.raw("<div><dt>").text(&said.label);
            if let Some(about) = &said.about {
                html.raw("<i>").text(about).raw("</i>");
            }
            html.raw("</dt>").element("dd", &said.value).raw("</div>");
        }
        html.raw("</dl>\n");
    }

    fn write_pictures(&self, html: &mut Html) {
        if self.pictures.is_empty() {
            return;
        }
        html.raw("<div class=\"pictures\">");
        for picture in &self.pictures {
            html.raw("<figure>");
            match &picture.jpeg {
                Some(jpeg) => {
                    html.raw("<img alt=\"").text(&picture.stage);
                    html.raw("\" src=\"data:image/jpeg;base64,").text(jpeg);
                    html.raw("\">");
                }
                None => {
                    html.raw("<p class=\"lost\">照片读不出</p>");
                }
            }
            html.raw("<figcaption>").text(&picture.stage);
            html.raw(" <time>").text(&picture.time);
            html.raw("</time></figcaption></figure>");
        }
        html.raw("</div>\n");
    }

    fn write_strip(&self, html: &mut Html) {
        let Some(strip) = &self.strip else {
            return;
        };
        html.raw("<figure class=\"strip\"><img alt=\"")
            .text(&strip.text);
        html.raw("\" src=\"data:image/jpeg;base64,")
            .text(&strip.jpeg);
        html.raw("\"><figcaption>拼图，发群用");
        for framing in &strip.framing {
            html.raw(" · ").text(framing);
        }
        html.raw("</figcaption></figure>\n");
    }

    fn write_forms(&self, html: &mut Html) {
        html.raw("<p class=\"once\">填").text(self.inputs).raw("项");
        if !self.pictures.is_empty() {
            html.raw("、拍").text(self.pictures.len()).raw("张");
        }
        let is_row = |form: &&Form| matches!(form.fate, Fate::Kept);
        let rows = self.forms.iter().filter(is_row).count();
        html.raw("，变成");
        if self.forms.len() > rows {
            html.text(self.forms.len() - rows).raw("份上报件、");
        }
        html.text(rows).raw("行台账");
        html.raw("</p>\n<div class=\"forms\">\n");
        for form in &self.forms {
            form.write(html);
        }
        html.raw("</div>\n");
    }
}

impl Form {
    fn write(&self, html: &mut Html) {
        html.raw("<details><summary>");
        let tick = matches!(self.fate, Fate::Delivered(..) | Fate::Kept);
        html.raw(if tick {
            "<span class=\"tick\">✓</span>"
        } else {
            "<span class=\"cross\">!</span>"
        });
        html.raw("<span class=\"form\">").text(&self.system);
        html.raw(" · ").text(&self.name);
        if let Some(about) = &self.about {
            html.raw(" · ").text(about);
        }
        html.raw("</span><span class=\"fate\">");
        match &self.fate {
            Fate::Delivered(reference, time) => {
                html.raw("已送达 ").text(time);
                if let Some(reference) = reference {
                    html.raw(" ").element("code", reference);
                }
            }
            Fate::Kept => {
                html.raw("已记入");
            }
            Fate::Waiting => {
                html.raw("还没送达");
            }
            Fate::Failed(word, reason) => {
                html.raw(word);
                if let Some(reason) = reason {
                    html.raw("：").text(reason);
                }
            }
        }
        html.raw("</span></summary><table>");
        for sent in &self.fields {
            html.raw(if sent.auto {
                "<tr class=\"auto\">"
            } else {
                "<tr>"
            });
            html.element("th scope=\"row\"", &sent.label);
            html.element("td", &sent.value).raw("</tr>");
        }
        html.raw("</table></details>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_arrived_or_stays_here_counts_as_delivered() {
        let fates = [
            Fate::Delivered(None, "19:45".to_owned()),
            Fate::Kept,
            Fate::Waiting,
            Fate::Failed("被退回", None),
        ];
        let forms = fates.into_iter().map(|fate| Form {
            system: String::new(),
            name: String::new(),
            about: None,
            fate,
            fields: Vec::new(),
        });
        let card = Card {
            forms: forms.collect(),
            ..Card::default()
        };
        assert_eq!(card.missing(), 2);
    }

    /// Whatever a worker or an upstream wrote, it is text: nothing of it is read as markup.
    #[test]
    fn a_script_in_any_text_of_a_card_is_shown_and_not_run() {
        let evil = || "\"><script>alert(1)</script><img src=x onerror='alert(2)'>".to_owned();
        let card = Card {
            id: evil(),
            time: evil(),
            kind: (evil(), evil()),
            subject: (evil(), evil()),
            inputs: 1,
            said: vec![Said {
                label: evil(),
                about: Some(evil()),
                value: evil(),
            }],
            pictures: vec![Picture {
                stage: evil(),
                time: evil(),
                jpeg: Some(evil()),
            }],
            strip: Some(Strip {
                jpeg: evil(),
                text: evil(),
                framing: vec![evil()],
            }),
            forms: vec![
                Form {
                    system: evil(),
                    name: evil(),
                    about: Some(evil()),
                    fate: Fate::Delivered(Some(evil()), evil()),
                    fields: vec![Sent {
                        label: evil(),
                        value: evil(),
                        auto: false,
                    }],
                },
                Form {
                    system: evil(),
                    name: evil(),
                    about: None,
                    fate: Fate::Failed("被退回", Some(evil())),
                    fields: Vec::new(),
                },
            ],
        };
        let mut html = Html::default();
        card.write(&mut html);
        let page = html.finish();
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("<img src=x"), "{page}");
        assert_eq!(
            page.matches("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;")
                .count(),
            27
        );
    }
}
