//! The replies that a new team starts with. Each can be changed and deleted.

use super::CannedReply;

/// Six replies for the moments every support team has. Written to fit one or two parts in GSM-7.
#[must_use]
pub fn shipped_replies() -> Vec<CannedReply> {
    [
        (
            "hello",
            "Greeting",
            "Hi {{ customer_name or \"there\" }}, this is {{ agent_name or \"the support team\" }}. \
             How can I help you today?",
        ),
        (
            "looking",
            "Looking into it",
            "Thanks for waiting, {{ customer_name or \"and sorry for the delay\" }}. I am looking into this \
             now and will text you here as soon as I know more.",
        ),
        (
            "details",
            "Ask for the order number",
            "Could you send me your order number? Then I can look it up right away.",
        ),
        (
            "photo",
            "Ask for a picture",
            "Could you send a photo of it to this number? That helps me see what went wrong.",
        ),
        (
            "callback",
            "Offer a call",
            "Would you like us to call you? Tell me a good time, and we will ring you on {{ customer_number }}.",
        ),
        (
            "bye",
            "Goodbye",
            "Glad I could help, {{ customer_name or \"and thank you for writing\" }}. If anything else comes up, \
             just text {{ our_number }}.",
        ),
    ]
    .into_iter()
    .map(|(short_name, title, body)| CannedReply {
        id: format!("shipped-{short_name}"),
        short_name: short_name.to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
    })
    .collect()
}
