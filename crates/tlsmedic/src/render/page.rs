//! Text on a page: the only place where words become output, so that nothing a peer said reaches the terminal untamed.

use anstyle::{AnsiColor, Style};
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The longest piece of text that is shown whole, in characters. A certificate's subject may have a million.
const LONGEST: usize = 1200;

/// How words look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    Strong,
    Faint,
    Good,
    Warning,
    Bad,
}

impl Look {
    fn style(self) -> Style {
        let style = Style::new();
        match self {
            Self::Plain => style,
            Self::Strong => style.bold(),
            Self::Faint => style.dimmed(),
            Self::Good => style.bold().fg_color(Some(AnsiColor::Green.into())),
            Self::Warning => style.bold().fg_color(Some(AnsiColor::Yellow.into())),
            Self::Bad => style.bold().fg_color(Some(AnsiColor::Red.into())),
        }
    }
}

/// Words with a look.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    look: Look,
    text: String,
}

/// Words that look so.
pub(crate) fn span(look: Look, text: impl Into<String>) -> Span {
    Span {
        look,
        text: text.into(),
    }
}

/// Words without a look of their own.
pub(crate) fn plain(text: impl Into<String>) -> Span {
    span(Look::Plain, text)
}

/// A text under construction.
#[derive(Debug)]
pub(crate) struct Page {
    out: String,
    columns: usize,
}

impl Page {
    /// An empty page that wide.
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            out: String::new(),
            columns,
        }
    }

    /// How wide it is.
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// The text, with a line feed at its end.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// An empty line and a heading.
    pub(crate) fn heading(&mut self, text: &str) {
        self.out.push('\n');
        self.paragraph(0, 0, &[span(Look::Strong, text)]);
    }

    /// Words wrapped between columns; the first line begins at `first`, the others at `hanging`. A word that is longer than
    /// a line stays whole, so that it can be copied.
    pub(crate) fn paragraph(&mut self, first: usize, hanging: usize, spans: &[Span]) {
        self.indent(first);
        self.wrap(first, hanging, spans);
    }

    /// A label as it is, spaces included, and words beside it that hang below each other.
    pub(crate) fn labelled(&mut self, indent: usize, label: &[Span], spans: &[Span]) {
        self.indent(indent);
        let mut column = indent;
        for part in label {
            let text = printable(&part.text);
            styled(&mut self.out, part.look, &text);
            column += text.width();
        }
        self.wrap(column, column, spans);
    }

    fn wrap(&mut self, mut column: usize, hanging: usize, spans: &[Span]) {
        let mut at_start = true;
        for word in words(spans) {
            let width = word.width();
            if !at_start && column + 1 + width > self.columns {
                self.end_line();
                self.indent(hanging);
                column = hanging;
            } else if !at_start {
                self.out.push(' ');
                column += 1;
            }
            column += width;
            at_start = false;
            word.write(&mut self.out);
        }
        self.end_line();
    }

    /// One line as it is, not wrapped: for pasting, and for what is drawn.
    pub(crate) fn line(&mut self, indent: usize, spans: &[Span]) {
        self.indent(indent);
        for span in spans {
            styled(&mut self.out, span.look, &printable(&span.text));
        }
        self.end_line();
    }

    fn end_line(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
        self.out.push('\n');
    }

    fn indent(&mut self, columns: usize) {
        self.out.extend(std::iter::repeat_n(' ', columns));
    }
}

/// A word; its parts may look different.
#[derive(Default)]
struct Word {
    parts: Vec<(Look, String)>,
}

impl Word {
    fn width(&self) -> usize {
        self.parts.iter().map(|(_, text)| text.width()).sum()
    }

    fn push(&mut self, look: Look, letter: char) {
        match self.parts.last_mut() {
            Some((last, text)) if *last == look => text.push(letter),
            _ => self.parts.push((look, letter.to_string())),
        }
    }

    fn write(&self, out: &mut String) {
        for (look, text) in &self.parts {
            styled(out, *look, text);
        }
    }
}

fn words(spans: &[Span]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word::default();
    for span in spans {
        for letter in printable(&span.text).chars() {
            if letter != ' ' {
                word.push(span.look, letter);
            } else if !word.parts.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        }
    }
    if !word.parts.is_empty() {
        words.push(word);
    }
    words
}

fn styled(out: &mut String, look: Look, text: &str) {
    let style = look.style();
    let written = if look == Look::Plain {
        out.push_str(text);
        Ok(())
    } else {
        write!(out, "{style}{text}{style:#}")
    };
    debug_assert!(written.is_ok(), "a String takes everything");
}

/// The text with everything escaped that a terminal might obey or hide, and cut where it is endless.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for (count, letter) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if is_harmful(letter) {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Whether a terminal might obey the character, or show it as nothing or in another place: controls (C0, C1, DEL), line
/// and paragraph separators, directional formatting, invisible letters and tags.
pub(crate) fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    printable(text).width()
}

/// The text cut to so many columns, with a sign that it was.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let text = printable(text);
    if text.width() <= columns {
        return text;
    }
    let mut out = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or_default();
        if used > columns {
            break;
        }
        out.push(letter);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::{Look, Page, cut, plain, printable, span, width};

    fn text(columns: usize, build: impl FnOnce(&mut Page)) -> String {
        let mut page = Page::new(columns);
        build(&mut page);
        anstream::adapter::strip_str(&page.finish()).to_string()
    }

    #[test]
    fn words_are_wrapped_and_long_ones_stay_whole() {
        let said = text(12, |page| {
            page.paragraph(2, 4, &[plain("one two three 0123456789abcdef end")])
        });
        assert_eq!(
            said,
            "  one two\n    three\n    0123456789abcdef\n    end\n"
        );
    }

    #[test]
    fn spans_join_without_a_space_between() {
        let said = text(40, |page| {
            page.paragraph(
                0,
                0,
                &[span(Look::Bad, "FAILS"), plain(", alas "), plain(" here")],
            )
        });
        assert_eq!(said, "FAILS, alas here\n");
    }

    #[test]
    fn wide_letters_take_two_columns() {
        assert_eq!(width("例え"), 4);
        assert_eq!(
            text(9, |page| page.paragraph(0, 0, &[plain("例え 例え 例え")])),
            "例え 例え\n例え\n"
        );
        assert_eq!(cut("例え例え", 5), "例え…");
        assert_eq!(cut("abc", 3), "abc");
    }

    #[test]
    fn nothing_is_obeyed() {
        assert_eq!(
            printable("a\u{1b}[2J\u{9b}K\r\n\u{202e}z\u{7f}"),
            "a\\u{1b}[2J\\u{9b}K\\r\\n\\u{202e}z\\u{7f}"
        );
        assert!(printable(&"x".repeat(1_000_000)).chars().count() < 2_000);
    }
}
