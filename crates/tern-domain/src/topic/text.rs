//! Texts as phones show them: markup reduced to text (V-7, T-5), hosts of addresses, values in addresses.

/// Tags that authors bring along from web pages. Anything else between angle brackets stays as it is.
const TAGS: [&str; 20] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "u",
    "ul",
];

/// A text without tags, entities and emphasis marks.
pub(super) fn without_markup(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, from) = rest.split_at(open);
        plain.push_str(before);
        match tag(from) {
            Some((name, after)) => {
                if matches!(name.as_str(), "br" | "li" | "/p" | "/div") {
                    plain.push('\n');
                }
                rest = after;
            }
            None => {
                plain.push('<');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    for (entity, character) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        if plain.contains(entity) {
            plain = plain.replace(entity, character);
        }
    }
    if plain.contains("**") {
        plain = plain.replace("**", "");
    }
    plain
}

/// The name of a known tag at the start of a text, and what follows the tag.
fn tag(text: &str) -> Option<(String, &str)> {
    let end = text.find('>')?;
    let inside = text.get(1..end)?;
    let name = inside
        .split([' ', '\n'])
        .next()?
        .trim_end_matches('/')
        .to_ascii_lowercase();
    let bare = name.strip_prefix('/').unwrap_or(&name);
    TAGS.contains(&bare)
        .then(|| (name.clone(), text.get(end + 1..).unwrap_or_default()))
}

/// The host that a request may go to: that of an `https` address, or of an `http` one to this very machine,
/// where nobody can listen in.
pub(super) fn request_host(url: &str) -> Option<String> {
    https_host(url).or_else(|| {
        let rest = url.trim().strip_prefix("http://")?;
        https_host(&format!("https://{rest}")).filter(|host| is_loopback(host))
    })
}

/// A host that is this very machine by its name.
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The host of an `https` address, in lower case; `None` for anything else, and for one with a name or a
/// password in front of the host, which could hide where it leads.
pub(crate) fn https_host(url: &str) -> Option<String> {
    let rest = url.trim().strip_prefix("https://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, port),
        None => (authority, "443"),
    };
    let is_host = !host.is_empty()
        && host
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '.');
    let is_port = !port.is_empty() && port.chars().all(|it| it.is_ascii_digit());
    (is_host && is_port).then(|| host.to_ascii_lowercase())
}

/// A value as a part of an address.
pub(crate) fn percent_encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for nibble in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(nibble), 16).unwrap_or('0');
                encoded.push(digit.to_ascii_uppercase());
            }
        }
    }
    encoded
}

/// The words of a text in lower case, for finding phrases: letters and digits, apostrophes left out.
pub(super) fn words_of(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace(['\'', '\u{2019}'], "")
        .split(|it: char| !it.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether a whole text says thanks and nothing else.
pub(super) fn is_thanks(text: &str) -> bool {
    const THANKS: [&str; 9] = [
        "thanks", "thank", "thankyou", "thx", "tnx", "thnx", "ty", "tysm", "cheers",
    ];
    const AROUND: [&str; 27] = [
        "you",
        "u",
        "so",
        "very",
        "much",
        "a",
        "lot",
        "many",
        "ok",
        "okay",
        "great",
        "perfect",
        "super",
        "cool",
        "nice",
        "good",
        "fine",
        "wonderful",
        "again",
        "for",
        "the",
        "your",
        "help",
        "that",
        "all",
        "this",
        "bunch",
    ];
    let words = words_of(text);
    let is_thanks = |word: &String| THANKS.contains(&word.as_str());
    let fits = |word: &String| is_thanks(word) || AROUND.contains(&word.as_str());
    words.iter().any(is_thanks) && words.iter().all(fits)
}

/// V-36: a whole message as a keyword is compared: trimmed, without final punctuation, in lower case.
pub(super) fn as_keyword(text: &str) -> String {
    text.trim()
        .trim_end_matches(['.', '!', '?', ',', ';', ':', '\u{2026}'])
        .trim_end()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{https_host, percent_encoded, request_host, without_markup};

    #[test]
    fn v_7_markup_is_reduced_to_text() {
        assert_eq!(
            without_markup("<p>Hello <b>Maya</b> &amp; co.</p>One<br/>two **three**"),
            "Hello Maya & co.\nOne\ntwo three"
        );
        assert_eq!(
            without_markup("1 < 2 and <none> > 3"),
            "1 < 2 and <none> > 3"
        );
    }

    #[test]
    fn an_address_cannot_hide_its_host() {
        assert_eq!(
            https_host("https://API.example.com:8443/x?y").as_deref(),
            Some("api.example.com")
        );
        for url in [
            "http://a.b",
            "https://good.com@evil.com/",
            "https://",
            "https://a b/",
            "ftp://x",
        ] {
            assert_eq!(https_host(url), None, "{url}");
        }
        let to_itself = "http://127.0.0.1:8080/x";
        assert_eq!(request_host(to_itself).as_deref(), Some("127.0.0.1"));
        for url in ["http://api.example.com/", "http://127.0.0.1.example.com/"] {
            assert_eq!(request_host(url), None, "{url}");
        }
        assert_eq!(percent_encoded("a b/ü"), "a%20b%2F%C3%BC");
    }
}
