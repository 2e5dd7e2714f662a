//! Pages to read and to print: whole by themselves, without a script, every word of a stranger as text.

use std::io::Write;

use crate::writer::WriteError;
use crate::{Attached, From, Line};

const STYLE: &str = include_str!("page.css");

/// What stands above the lines of a page.
#[derive(Debug, Clone, Copy)]
pub struct PageHead<'a> {
    /// The heading.
    pub title: &'a str,
    /// Names and values under it.
    pub facts: &'a [(&'a str, &'a str)],
    /// Which page of how many; `None` while there is no telling.
    pub number: u64,
    /// The page before, as a link from this one.
    pub previous: Option<&'a str>,
    /// The way from this page to the folder of the export.
    pub root: &'a str,
}

/// A page that is being written.
pub struct Page<'a, W: Write> {
    sink: W,
    root: &'a str,
    day: String,
    is_open: bool,
}

impl<'a, W: Write> Page<'a, W> {
    /// Begins a page.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn begin(mut sink: W, head: PageHead<'a>) -> Result<Self, WriteError> {
        let title = escaped(head.title);
        // No script and nothing from elsewhere, even if something here were wrong.
        write!(
            sink,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n<dl>\n"
        )?;
        for (name, value) in head.facts {
            writeln!(
                sink,
                "<dt>{}</dt><dd>{}</dd>",
                escaped(name),
                escaped(value)
            )?;
        }
        writeln!(sink, "</dl>\n</header>")?;
        if head.number > 1 {
            let previous = head.previous.unwrap_or_default();
            writeln!(
                sink,
                "<nav aria-label=\"Pages\"><a href=\"{}\">Page before</a><span>Page {}</span></nav>",
                escaped(previous),
                head.number
            )?;
        }
        writeln!(sink, "<main>")?;
        Ok(Self {
            sink,
            root: head.root,
            day: String::new(),
            is_open: false,
        })
    }

    /// A line.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn line(&mut self, line: &Line, with_requester: bool) -> Result<(), WriteError> {
        if line.day != self.day {
            if self.is_open {
                writeln!(self.sink, "</ol>")?;
            }
            writeln!(self.sink, "<h2>{}</h2>\n<ol>", escaped(&line.day))?;
            self.is_open = true;
            self.day.clone_from(&line.day);
        }
        let sink = &mut self.sink;
        let time = format!(
            "<time datetime=\"{}\">{}</time>",
            escaped(&line.at),
            escaped(&line.clock)
        );
        if line.from == From::Event {
            writeln!(
                sink,
                "<li class=\"event\">{time} {}: {}</li>",
                escaped(&line.name),
                escaped(&line.body)
            )?;
            return Ok(());
        }
        let mark = if line.from == From::Private {
            "[PRIVATE] "
        } else {
            ""
        };
        write!(
            sink,
            "<li class=\"{}\"><div class=\"who\"><b>{mark}{}</b>{time}",
            class(line.from),
            escaped(&line.name)
        )?;
        if with_requester {
            write!(sink, "<span>with {}</span>", escaped(&line.requester))?;
        }
        for note in [Some(line.status.as_str()), line.mood.as_deref()]
            .into_iter()
            .flatten()
            .filter(|note| !note.is_empty())
        {
            write!(sink, "<span>{}</span>", escaped(note))?;
        }
        if line.masked {
            write!(sink, "<span>sensitive data masked</span>")?;
        }
        write!(sink, "</div>")?;
        if line.removed {
            write!(
                sink,
                "<p class=\"text gone\">The words of this text were removed.</p>"
            )?;
        } else if !line.body.is_empty() {
            write!(sink, "<p class=\"text\">{}</p>", escaped(&line.body))?;
        }
        for attached in &line.attached {
            attachment(sink, self.root, attached)?;
        }
        writeln!(sink, "</li>")?;
        Ok(())
    }

    /// Ends the page, with a link to the next one if there is one, and hands back what it was written to.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn finish(mut self, next: Option<&str>) -> Result<W, WriteError> {
        if self.is_open {
            writeln!(self.sink, "</ol>")?;
        } else {
            writeln!(self.sink, "<p class=\"gone\">There is nothing here.</p>")?;
        }
        writeln!(self.sink, "</main>")?;
        if let Some(next) = next {
            writeln!(
                self.sink,
                "<nav aria-label=\"More\"><a href=\"{}\">Next page</a></nav>",
                escaped(next)
            )?;
        }
        writeln!(
            self.sink,
            "<footer>Exported by Tern. The signature is in manifest.sig; README.txt says how to verify it.</footer>\n</body>\n</html>"
        )?;
        Ok(self.sink)
    }
}

fn attachment(sink: &mut impl Write, root: &str, attached: &Attached) -> Result<(), WriteError> {
    let words = escaped(&attached.words);
    match &attached.file {
        None => write!(
            sink,
            "<p class=\"text gone\">{words}: not in this export</p>"
        )?,
        Some(file) => {
            let address = format!("{root}{}", escaped(file));
            write!(
                sink,
                "<p class=\"text\"><a href=\"{address}\">{words}</a></p>"
            )?;
            if attached.is_picture {
                write!(
                    sink,
                    "<img src=\"{address}\" alt=\"{words}\" loading=\"lazy\">"
                )?;
            }
        }
    }
    Ok(())
}

const fn class(from: From) -> &'static str {
    match from {
        From::Requester => "requester",
        From::Agent => "agent",
        From::VirtualAgent => "virtual-agent",
        From::Team => "team",
        From::Private => "private",
        From::Event => "event",
    }
}

/// Words as text: nothing in them is markup, in content and in attributes alike. Signs that would turn the order of
/// what follows are shown as what they are.
fn escaped(words: &str) -> String {
    let mut safe = String::with_capacity(words.len() + 16);
    for sign in words.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => safe.push('\u{FFFD}'),
            '\n' | '\t' => safe.push(sign),
            _ if sign.is_control() => safe.push('\u{FFFD}'),
            _ => safe.push(sign),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_markup() {
        assert_eq!(
            escaped("<script>alert(\"1\")</script> & 'x'"),
            "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;"
        );
        assert_eq!(escaped("a\u{202E}b\u{7}\nc"), "a\u{FFFD}b\u{FFFD}\nc");
    }
}
