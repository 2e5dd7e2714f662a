//! T-10: the signatures that Twilio's documentation and official clients publish, and what must be refused.

#![allow(clippy::unwrap_used)]

use super::*;

const U: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const DOCUMENT: &[u8] = br#"{"property": "value", "boolean": true}"#;
const DOCUMENT_HASH: &str = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
const EMPTY_OBJECT_HASH: &str = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn call() -> Vec<(String, String)> {
    form(&[
        ("Digits", "1234"),
        ("CallSid", "CA1234567890ABCDE"),
        ("To", "+18005551212"),
        ("From", "+14158675309"),
        ("Caller", "+14158675309"),
    ])
}

fn verifier() -> SignatureVerifier {
    SignatureVerifier::from_auth_token(SecretString::from("12345"))
}

fn verdict(url: &str, body: WebhookBody<'_>, signature: &str) -> Result<(), SignatureError> {
    verifier().verify(&SignedRequest {
        url,
        body,
        signature: Some(signature),
        shared_key: None,
    })
}

#[track_caller]
fn accepts(url: &str, params: &[(String, String)], signature: &str) {
    assert_eq!(
        verdict(url, WebhookBody::Form(params), signature),
        Ok(()),
        "{url}"
    );
}

#[test]
fn t_10_the_published_form_signatures_are_accepted() {
    accepts(U, &call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    accepts(
        &format!("{U}&Body=It's+amazing"),
        &call(),
        "dsq4Ehbj6cs+KdTkpF5sSSplOWw=",
    );
    let mut documented = call();
    for (name, value) in &mut documented {
        if name == "From" || name == "Caller" {
            "+14158675310".clone_into(value);
        }
    }
    accepts(
        "https://example.com/myapp.php?foo=1&bar=2",
        &documented,
        "L/OH5YylLD5NRKLltdqwSvS0BnU=",
    );
}

#[test]
fn t_10_ports_may_be_signed_or_not() {
    let with_port = |port: &str| U.replace(".com/", &format!(".com{port}/"));
    let plain = |url: &str| url.replace("https", "http");
    accepts(&with_port(":1234"), &call(), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    accepts(U, &call(), "kvajT1Ptam85bY51eRf/AJRuM3w=");
    accepts(&with_port(":443"), &call(), "kvajT1Ptam85bY51eRf/AJRuM3w=");
    accepts(&plain(U), &call(), "0ZXoZLH/DfblKGATFgpif+LLRf4=");
    accepts(
        &plain(&with_port(":80")),
        &call(),
        "0ZXoZLH/DfblKGATFgpif+LLRf4=",
    );
    accepts(
        &plain(&with_port(":1234")),
        &call(),
        "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
    );
}

#[test]
fn t_10_a_user_name_may_be_signed_or_not() {
    let with_user = |user: &str| U.replace("https://", &format!("https://{user}@"));
    accepts(
        &with_user("user:pass"),
        &call(),
        "CukzLTc1tT5dXEDIHm/tKBanW10=",
    );
    accepts(&with_user("user"), &call(), "2YRLlVAflCqxaNicjMpJcSTgzSs=");
    accepts(
        &with_user("user:pass"),
        &call(),
        "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=",
    );
    accepts(
        &with_user("user:pass"),
        &call(),
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    );
}

#[test]
fn t_10_repeated_parameters_count_once_each_in_order() {
    let digits = form(&[
        ("Sid", "CA123"),
        ("SidAccount", "AC123"),
        ("Digits", "5678"),
        ("Digits", "1234"),
        ("Digits", "1234"),
    ]);
    accepts(U, &digits, "IK+Dwps556ElfBT0I3Rgjkr1wJU=");
    let addresses = form(&[
        ("MessagingBinding.Address", "+1325xxxxxxx"),
        ("MessagingBinding.Address", "+1415xxxxxxx"),
    ]);
    accepts(U, &addresses, "83O6e2vORAoJHUNzJjDWN1jz+BA=");
}

#[test]
fn t_10_a_json_body_is_covered_by_its_hash_in_the_url() {
    let url = format!("{U}&bodySHA256={DOCUMENT_HASH}");
    let raw = WebhookBody::Raw(DOCUMENT);
    assert_eq!(verdict(&url, raw, "a9nBmqA0ju/hNViExpshrM61xv4="), Ok(()));
    let alone = format!("https://mycompany.com/myapp.php?bodySHA256={DOCUMENT_HASH}");
    assert_eq!(verdict(&alone, raw, "y77kIzt2vzLz71DgmJGsen2scGs="), Ok(()));
    let object = format!("{U}&bodySHA256={EMPTY_OBJECT_HASH}");
    for signature in [
        "Ldidvp12m26NI7eqEvxnEpkd9Hc=",
        "rw/jVviOgicj2+kHZULvebnA4ag=",
    ] {
        assert_eq!(verdict(&object, WebhookBody::Raw(b"{}"), signature), Ok(()));
    }
}

#[test]
fn t_10_a_get_is_signed_over_its_url_alone() {
    let url = format!("{U}&bodySHA256={DOCUMENT_HASH}");
    assert_eq!(
        verdict(&url, WebhookBody::Absent, "a9nBmqA0ju/hNViExpshrM61xv4="),
        Ok(())
    );
}

#[test]
fn t_10_texts_beyond_ascii_are_signed_decoded() {
    let sid = format!("SM{}1", "0".repeat(31));
    let account = format!("AC{}1", "0".repeat(31));
    let params = form(&[
        ("MessageSid", &sid),
        ("SmsSid", &sid),
        ("AccountSid", &account),
        ("From", "+14155550100"),
        ("To", "+14155550199"),
        ("Body", "Hëllo 😀 &=+ x"),
        ("NumMedia", "0"),
    ]);
    accepts(
        "https://example.com:8443/sms",
        &params,
        "nkuTuSAPE29yLC58sBjTiZoFBNA=",
    );
}

#[test]
fn t_10_a_shared_key_signs_with_sha256() {
    let verifier = SignatureVerifier::from_shared_key(SharedKey {
        id: "KY1".into(),
        secret: SecretString::from("12345"),
    });
    let params = call();
    let mut request = SignedRequest {
        url: U,
        body: WebhookBody::Form(&params),
        signature: Some("033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="),
        shared_key: Some("key=KY1,algorithm=HMAC_SHA256"),
    };
    assert_eq!(verifier.verify(&request), Ok(()));
    for unusable in [
        None,
        Some("key=KY2,algorithm=HMAC_SHA256"),
        Some("key=KY1,algorithm=MD5"),
        Some(""),
    ] {
        request.shared_key = unusable;
        assert_eq!(verifier.verify(&request), Err(SignatureError::UnknownKey));
    }
}

#[test]
fn t_10_what_is_not_twilios_is_refused() {
    let good = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    let params = call();
    let mut request = SignedRequest {
        url: U,
        body: WebhookBody::Form(&params),
        signature: None,
        shared_key: None,
    };
    assert_eq!(verifier().verify(&request), Err(SignatureError::Missing));
    request.signature = Some("");
    assert_eq!(verifier().verify(&request), Err(SignatureError::Missing));

    let mut tampered = call();
    tampered.push(("Body".into(), "pay me".into()));
    let mismatch = Err(SignatureError::Mismatch);
    assert_eq!(verdict(U, WebhookBody::Form(&tampered), good), mismatch);
    assert_eq!(
        verdict(
            &U.replace("foo=1", "foo=2"),
            WebhookBody::Form(&params),
            good
        ),
        mismatch
    );
    assert_eq!(
        verdict(
            &U.replace("mycompany", "myc0mpany"),
            WebhookBody::Form(&params),
            good
        ),
        mismatch
    );
    assert_eq!(
        verdict(U, WebhookBody::Form(&params), &good.to_lowercase()),
        mismatch
    );

    assert_eq!(
        verdict(U, WebhookBody::Raw(b"{}"), good),
        Err(SignatureError::BodyNotCovered)
    );
    let url = format!("{U}&bodySHA256={DOCUMENT_HASH}");
    assert_eq!(
        verdict(
            &url,
            WebhookBody::Raw(b"{}"),
            "a9nBmqA0ju/hNViExpshrM61xv4="
        ),
        Err(SignatureError::BodyChanged)
    );
}

#[test]
fn a_secret_never_shows_in_debug() {
    let verifier = verifier().and_shared_key(SharedKey {
        id: "KY1".into(),
        secret: SecretString::from("hush"),
    });
    let shown = format!("{verifier:?}");
    assert!(
        !shown.contains("12345") && !shown.contains("hush"),
        "{shown}"
    );
}
