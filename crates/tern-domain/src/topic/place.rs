//! Finds where a part of a JSON text stands, so that a fault can name its line and column.

/// One step from a value into it.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// Line and column, from 1, of the value at a path; of the nearest one around it if there is none. The text
/// is known to be JSON.
pub(super) fn find(text: &str, path: &[Step]) -> (u32, u32) {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_blank();
    let mut found = scanner.at;
    for step in path {
        match scanner.enter(step) {
            Some(at) => found = at,
            None => break,
        }
    }
    let before = text.get(..found).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    (
        u32::try_from(line).unwrap_or(u32::MAX),
        u32::try_from(column).unwrap_or(u32::MAX),
    )
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blank(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Moves to the start of the value that a step leads to.
    fn enter(&mut self, step: &Step) -> Option<usize> {
        self.skip_blank();
        let close = match self.peek()? {
            b'{' => b'}',
            b'[' => b']',
            _ => return None,
        };
        self.at += 1;
        let mut index = 0;
        loop {
            self.skip_blank();
            if self.peek()? == close {
                return None;
            }
            let is_it = if close == b'}' {
                let key = self.string()?;
                self.skip_blank();
                self.at += 1;
                self.skip_blank();
                matches!(step, Step::Key(wanted) if *wanted == key)
            } else {
                matches!(step, Step::Index(wanted) if *wanted == index)
            };
            if is_it {
                return Some(self.at);
            }
            self.skip_value()?;
            self.skip_blank();
            if self.peek()? == b',' {
                self.at += 1;
            }
            index += 1;
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.skip_string()?;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }

    fn skip_string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                _ => self.at += 1,
            }
        }
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.skip_string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b'}' | b']' if depth == 0 => return Some(()),
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.peek(), Some(b',' | b'}' | b']')) {
                return Some(());
            }
        }
    }
}
