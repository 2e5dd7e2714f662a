//! P-15 and the kinds of addresses; SIDs; what `Debug` may show.

use proptest::prelude::*;
use tern_domain::{
    AccountSid, Address, ConversationKey, MediaSid, MessageSid, MessageText, PhoneError,
    PhoneNumber, Territory,
};

use crate::support::{inbound, number, outbound};

#[test]
fn p_15_typed_numbers_are_converted_with_the_territory() {
    let territory = |code| Territory::parse(code).unwrap();
    for (typed, default, expected) in [
        ("(415) 555-2671", "US", Ok("+14155552671")),
        ("+1 415-555-2671", "DE", Ok("+14155552671")),
        ("030 123456", "DE", Ok("+4930123456")),
        ("020 7946 0958", "gb", Ok("+442079460958")),
        ("0049 30 123456", "DE", Ok("+4930123456")),
        ("1-800-FLOWERS", "US", Err(PhoneError::HasLetters)),
        ("12", "US", Err(PhoneError::NotOfTerritory)),
        ("", "US", Err(PhoneError::NotOfTerritory)),
    ] {
        let converted = PhoneNumber::from_typed(typed, territory(default));
        assert_eq!(
            converted.as_ref().map(PhoneNumber::as_str),
            expected.as_ref().map(|text| *text),
            "{typed}"
        );
    }
    assert_eq!(Territory::parse("XX"), Err(PhoneError::UnknownTerritory));
}

#[test]
fn e_164_is_the_only_stored_form() {
    for text in [
        "+14155552671",
        "+4930123456",
        "+1234567",
        "+123456789012345",
    ] {
        assert_eq!(PhoneNumber::parse(text).unwrap().as_str(), text);
    }
    for text in [
        "14155552671",
        "+0415555267",
        "+1 415",
        "+123456",
        "+1234567890123456",
        "+",
        "",
        "+١٢٣٤٥٦٧٨",
    ] {
        assert_eq!(PhoneNumber::parse(text), Err(PhoneError::NotE164), "{text}");
    }
}

#[test]
fn numbers_are_spaced_for_reading() {
    assert_eq!(
        number("+14155552671").display_international(),
        "+1 415-555-2671"
    );
    assert_eq!(
        number("+4930123456").display_international(),
        "+49 30 123456"
    );
    assert_eq!(number("+14155552671").territory().unwrap().as_str(), "US");
    assert_eq!(number("+999999999").display_international(), "+999999999");
    assert!(number("+18885550100").is_toll_free());
    assert!(!number("+14155552671").is_toll_free() && !number("+448005550100").is_toll_free());
}

#[test]
fn addresses_are_sorted_into_kinds() {
    for (text, kind, can_be_texted) in [
        ("+14155552671", "Phone", true),
        ("72975", "ShortCode", false),
        ("Lufthansa", "Alphanumeric", false),
        ("My Shop 24", "Alphanumeric", false),
        ("whatsapp:+14155552671", "ChannelAddress", false),
        ("rcs:brand_agent", "ChannelAddress", false),
        ("+1", "Literal", false),
        ("", "Literal", false),
        ("A name that is too long", "Literal", false),
    ] {
        let address = Address::parse(text);
        let found = format!("{address:?}");
        assert!(
            found.starts_with(kind) || kind == "Phone" && found.starts_with("PhoneNumber"),
            "{text}: {found}"
        );
        assert_eq!(address.can_be_texted(), can_be_texted, "{text}");
    }
}

#[test]
fn i_8_both_directions_have_the_same_key() {
    let there = outbound(
        1,
        "x",
        tern_domain::DeliveryStatus::Sent,
        tern_domain::UtcMillis(0),
    );
    let back = inbound(2, "y", tern_domain::UtcMillis(0));
    assert_eq!(there.conversation_key(), back.conversation_key());
    assert_eq!(
        back.conversation_key().unwrap().global_id(),
        "sms|+14155550199|+14155550101"
    );
}

#[test]
fn sids_have_a_shape() {
    let digits = "0123456789abcdef0123456789ABCDEF";
    assert!(
        MessageSid::parse(format!("SM{digits}")).is_ok()
            && MessageSid::parse(format!("MM{digits}")).is_ok()
    );
    assert!(
        AccountSid::parse(format!("AC{digits}")).is_ok()
            && MediaSid::parse(format!("ME{digits}")).is_ok()
    );
    for wrong in [
        format!("AC{digits}"),
        format!("SM{digits}0"),
        "SM../../".to_owned(),
        String::new(),
    ] {
        let error = MessageSid::parse(wrong).unwrap_err();
        assert_eq!(error.to_string(), "not a valid message SID");
    }
}

#[test]
fn debug_output_shows_neither_numbers_nor_texts() {
    let row = inbound(1, "my pin is 123456", tern_domain::UtcMillis(0));
    let shown = format!(
        "{row:?} {:?} {:?}",
        row.conversation_key(),
        MessageText::from("secret")
    );
    assert!(
        !shown.contains("pin") && !shown.contains("4155550101") && !shown.contains("secret"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn addresses_are_lossless(text in "\\PC{0,24}") {
        let address = Address::parse(&text);
        prop_assert_eq!(address.as_str(), &text);
        let json = serde_json::to_string(&address).unwrap();
        prop_assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
    }

    #[test]
    fn keys_have_distinct_global_ids(one in "\\PC{1,12}", other in "\\PC{1,12}") {
        let key = |text: &str| ConversationKey::sms(Address::parse(text), number("+14155550199"));
        prop_assert_eq!(one == other, key(&one).global_id() == key(&other).global_id());
    }

    #[test]
    fn typed_numbers_never_panic(text in "\\PC{0,30}") {
        if let Ok(number) = PhoneNumber::from_typed(&text, Territory::parse("US").unwrap()) {
            prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number));
        }
    }
}
