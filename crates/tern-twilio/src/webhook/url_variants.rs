//! The spellings of one URL that Twilio may have signed.
//!
//! Owns the quirks: port kept or dropped, user name kept or dropped, query as received, normalised or
//! re-encoded the old way, a slash after a WebSocket path. Works on the text, because parsing a URL first
//! would already change the characters that were signed. Every spelling names the same resource, so trying
//! them all gives an attacker nothing.

use std::collections::BTreeMap;

use url::{Url, form_urlencoded};

struct Parts<'a> {
    scheme: &'a str,
    user: &'a str,
    host: &'a str,
    port: &'a str,
    rest: &'a str,
}

/// Every spelling, the one as given first, without repetition.
pub(super) fn url_variants(url: &str) -> Vec<String> {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let mut variants = Vec::new();
    for spelling in query_spellings(url) {
        match split(&spelling) {
            Some(parts) => add_authority_variants(&parts, &mut variants),
            None => add(&mut variants, spelling),
        }
    }
    variants
}

fn add(variants: &mut Vec<String>, variant: String) {
    if !variants.contains(&variant) {
        variants.push(variant);
    }
}

fn add_authority_variants(parts: &Parts<'_>, variants: &mut Vec<String>) {
    let standard_port = match parts.scheme.to_ascii_lowercase().as_str() {
        "https" | "wss" => ":443",
        _ => ":80",
    };
    let ports = if parts.port.is_empty() {
        ["", standard_port]
    } else {
        [parts.port, ""]
    };
    for user in [parts.user, ""] {
        for port in ports {
            let before = format!("{}://{user}{}{port}", parts.scheme, parts.host);
            add(variants, format!("{before}{}", parts.rest));
            if parts.scheme.to_ascii_lowercase().starts_with("ws") {
                add(
                    variants,
                    format!("{before}{}", with_trailing_slash(parts.rest)),
                );
            }
        }
    }
}

fn with_trailing_slash(rest: &str) -> String {
    match rest.split_once('?') {
        Some((path, query)) => format!("{}/?{query}", path.trim_end_matches('/')),
        None => format!("{}/", rest.trim_end_matches('/')),
    }
}

fn split(url: &str) -> Option<Parts<'_>> {
    let (scheme, after) = url.split_once("://")?;
    let end = after.find(['/', '?']).unwrap_or(after.len());
    let (authority, rest) = after.split_at_checked(end)?;
    let (user, host_and_port) = match authority.rfind('@') {
        Some(at) => authority.split_at_checked(at + 1)?,
        None => ("", authority),
    };
    // The colons inside an IPv6 literal are not the port's.
    let port_from = host_and_port.rfind(']').map_or(0, |bracket| bracket + 1);
    let port_start = host_and_port
        .get(port_from..)?
        .find(':')
        .map_or(host_and_port.len(), |colon| port_from + colon);
    let (host, port) = host_and_port.split_at_checked(port_start)?;
    Some(Parts {
        scheme,
        user,
        host,
        port,
        rest,
    })
}

fn query_spellings(url: &str) -> Vec<String> {
    let mut spellings = vec![url.to_owned()];
    if let Ok(normalised) = Url::parse(url) {
        let normalised = String::from(normalised);
        if let Some((before, query)) = normalised.split_once('?').filter(|(_, q)| !q.is_empty()) {
            add(&mut spellings, format!("{before}?{}", reencoded(query)));
        }
        add(&mut spellings, normalised);
    }
    spellings
}

/// A query taken apart and put together the way Node's `querystring` does: repeated names are gathered at the
/// place of the first, a space is `%20`, and `!'()*-._~` stay as they are.
fn reencoded(query: &str) -> String {
    let mut order: Vec<String> = Vec::new();
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if !values.contains_key(name.as_ref()) {
            order.push(name.to_string());
        }
        values
            .entry(name.into_owned())
            .or_default()
            .push(value.into_owned());
    }
    let mut pairs = Vec::new();
    for name in &order {
        for value in values.get(name).into_iter().flatten() {
            pairs.push(format!("{}={}", escaped(name), escaped(value)));
        }
    }
    pairs.join("&")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"!'()*-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn offers(url: &str, variant: &str) {
        let variants = url_variants(url);
        assert!(variants.iter().any(|v| v == variant), "{variants:#?}");
    }

    #[test]
    fn the_url_as_configured_is_tried_first_and_without_its_fragment() {
        let variants = url_variants("https://example.com/sms?a=b#rc=2&rp=ct");
        assert_eq!(
            variants.first().map(String::as_str),
            Some("https://example.com/sms?a=b")
        );
    }

    #[test]
    fn ports_are_tried_with_and_without() {
        offers("https://h/p", "https://h:443/p");
        offers("http://h/p", "http://h:80/p");
        offers("https://h:8443/p", "https://h/p");
        offers("https://[::1]:8443/p", "https://[::1]/p");
        offers("https://[::1]/p", "https://[::1]:443/p");
    }

    #[test]
    fn a_query_is_tried_as_received_normalised_and_reencoded() {
        let url = "https://h/p?b=it's+x&a=1&b=2";
        offers(url, url);
        offers(url, "https://h/p?b=it%27s+x&a=1&b=2");
        offers(url, "https://h/p?b=it's%20x&b=2&a=1");
    }

    #[test]
    fn a_web_socket_is_tried_with_a_trailing_slash() {
        offers("wss://h/relay", "wss://h/relay/");
        offers("wss://h/relay?x=1", "wss://h:443/relay/?x=1");
    }
}
