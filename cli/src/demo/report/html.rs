//! A page under construction, in which text cannot become markup.
//!
//! What people typed ends up in this page, so escaping is not left to the care of whoever writes the
//! next card: markup must be a literal of the program ([`Html::raw`] takes `&'static str`), and
//! everything else can only go in as text.

use std::fmt::{Display, Write};

/// A piece of a page.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup that stands in the program.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, escaped for content and for attributes in double quotes alike.
    pub(super) fn text(&mut self, text: impl Display) -> &mut Self {
        // Writing to a `String` cannot fail.
        let _ = write!(Escaped(&mut self.0), "{text}");
        self
    }

    /// An element with text in it and nothing else; `tag` is its name with its attributes.
    pub(super) fn element(&mut self, tag: &'static str, text: impl Display) -> &mut Self {
        let name = tag.split(' ').next().unwrap_or(tag);
        self.raw("<").raw(tag).raw(">").text(text);
        self.raw("</").raw(name).raw(">")
    }

    /// A heading in Chinese with its English beside it.
    pub(super) fn heading(&mut self, chinese: &'static str, english: &'static str) -> &mut Self {
        self.raw("<h2>").raw(chinese).raw(" <small lang=\"en\">");
        self.raw(english).raw("</small></h2>\n")
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' | '\t' => self.0.push(character),
                // A page may not hold these at all.
                control if control.is_control() => self.0.push('\u{fffd}'),
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        let mut html = Html::default();
        html.element("p class=\"a\"", "<script>alert('1')</script> & \"x\"\u{0}");
        assert_eq!(
            html.finish(),
            "<p class=\"a\">&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;\u{fffd}</p>"
        );
    }
}
