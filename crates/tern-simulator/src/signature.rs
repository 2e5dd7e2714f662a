//! `X-Twilio-Signature` as the carrier makes it. Owns the signing of outgoing webhooks and of the
//! practice CDN's short-lived URLs; verifying is the receiver's business and is not done here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// One decoded form parameter.
pub(crate) type Param = (String, String);

/// The signature of a request to `url` with the form `params` (empty for GET and JSON bodies).
///
/// `url` is what the customer configured; fragment and user info are dropped here. Names sort by
/// bytes; repeated names keep their unique values, sorted.
pub(crate) fn sign(auth_token: &str, url: &str, params: &[Param]) -> String {
    let mut unique: Vec<&Param> = params.iter().collect();
    unique.sort();
    unique.dedup();
    let mut text = signed_url(url);
    for (name, value) in unique {
        text.push_str(name);
        text.push_str(value);
    }
    STANDARD.encode(hmac_sha1(auth_token.as_bytes(), text.as_bytes()))
}

/// HMAC-SHA1 of `message`.
pub(crate) fn hmac_sha1(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length, so the only error this constructor has cannot occur.
    Hmac::<Sha1>::new_from_slice(key).map_or_else(
        |_| Vec::new(),
        |mut mac| {
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        },
    )
}

/// The configured URL less fragment and user info, otherwise byte for byte: no re-encoding and no
/// added slash.
fn signed_url(url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(authority_end).unwrap_or((rest, ""));
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "12345";
    const QUERY: &str = "/myapp.php?foo=1&bar=2";

    fn params(pairs: &[(&str, &str)]) -> Vec<Param> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn call() -> Vec<Param> {
        params(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ])
    }

    #[track_caller]
    fn check(origin: &str, extra_query: &str, params: &[Param], wanted: &str) {
        assert_eq!(
            sign(TOKEN, &format!("{origin}{QUERY}{extra_query}"), params),
            wanted
        );
    }

    #[test]
    fn known_answers_for_ports_and_queries() {
        check(
            "https://mycompany.com",
            "",
            &call(),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        );
        check(
            "https://mycompany.com:443",
            "",
            &call(),
            "kvajT1Ptam85bY51eRf/AJRuM3w=",
        );
        check(
            "http://mycompany.com:80",
            "",
            &call(),
            "0ZXoZLH/DfblKGATFgpif+LLRf4=",
        );
        check(
            "http://mycompany.com:1234",
            "",
            &call(),
            "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
        );
        check(
            "https://mycompany.com",
            "&Body=It's+amazing",
            &call(),
            "dsq4Ehbj6cs+KdTkpF5sSSplOWw=",
        );
    }

    #[test]
    fn user_info_and_fragment_are_not_signed() {
        let plain = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        check("https://user:pass@mycompany.com", "", &call(), plain);
        check("https://user@mycompany.com", "", &call(), plain);
        check("https://mycompany.com", "#rc=2&rp=all", &call(), plain);
        check(
            "https://user:pass@mycompany.com:443",
            "",
            &call(),
            "kvajT1Ptam85bY51eRf/AJRuM3w=",
        );
    }

    #[test]
    fn signing_text_with_user_info_kept_gives_the_other_known_answers() {
        // The receiver's test suite also accepts signatures over the URL with its user info; the same
        // HMAC over that text proves the key and digest handling.
        let kept = |authority: &str| {
            let mut text = format!("https://{authority}{QUERY}");
            for (name, value) in call() {
                text.push_str(&name);
                text.push_str(&value);
            }
            STANDARD.encode(hmac_sha1(TOKEN.as_bytes(), text.as_bytes()))
        };
        assert_eq!(
            kept("user:pass@mycompany.com"),
            "CukzLTc1tT5dXEDIHm/tKBanW10="
        );
        assert_eq!(kept("user@mycompany.com"), "2YRLlVAflCqxaNicjMpJcSTgzSs=");
        assert_eq!(
            kept("user:pass@mycompany.com:443"),
            "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="
        );
    }

    #[test]
    fn repeated_names_sign_their_unique_values_in_order() {
        let digits = params(&[
            ("Sid", "CA123"),
            ("SidAccount", "AC123"),
            ("Digits", "5678"),
            ("Digits", "1234"),
            ("Digits", "1234"),
        ]);
        check(
            "https://mycompany.com",
            "",
            &digits,
            "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
        );
        let bindings = params(&[
            ("MessagingBinding.Address", "+1325xxxxxxx"),
            ("MessagingBinding.Address", "+1415xxxxxxx"),
        ]);
        check(
            "https://mycompany.com",
            "",
            &bindings,
            "83O6e2vORAoJHUNzJjDWN1jz+BA=",
        );
    }

    #[test]
    fn json_bodies_sign_the_url_alone() {
        const BODY: &str =
            "bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
        const EMPTY: &str =
            "bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        check(
            "https://mycompany.com",
            &format!("&{BODY}"),
            &[],
            "a9nBmqA0ju/hNViExpshrM61xv4=",
        );
        assert_eq!(
            sign(
                TOKEN,
                &format!("https://mycompany.com/myapp.php?{BODY}"),
                &[]
            ),
            "y77kIzt2vzLz71DgmJGsen2scGs="
        );
        check(
            "https://mycompany.com:443",
            &format!("&{EMPTY}"),
            &[],
            "Ldidvp12m26NI7eqEvxnEpkd9Hc=",
        );
        check(
            "https://mycompany.com",
            &format!("&{EMPTY}"),
            &[],
            "rw/jVviOgicj2+kHZULvebnA4ag=",
        );
    }

    #[test]
    fn documentation_example() {
        let params = params(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
            ("To", "+18005551212"),
        ]);
        assert_eq!(
            sign(TOKEN, "https://example.com/myapp.php?foo=1&bar=2", &params),
            "L/OH5YylLD5NRKLltdqwSvS0BnU="
        );
    }

    #[test]
    fn utf_8_values_are_signed_decoded() {
        let sid = format!("SM{}1", "0".repeat(31));
        let account = format!("AC{}1", "0".repeat(31));
        let params = params(&[
            ("MessageSid", &sid),
            ("SmsSid", &sid),
            ("AccountSid", &account),
            ("From", "+14155550100"),
            ("To", "+14155550199"),
            ("Body", "Hëllo 😀 &=+ x"),
            ("NumMedia", "0"),
        ]);
        assert_eq!(
            sign(TOKEN, "https://example.com:8443/sms", &params),
            "nkuTuSAPE29yLC58sBjTiZoFBNA="
        );
    }
}
