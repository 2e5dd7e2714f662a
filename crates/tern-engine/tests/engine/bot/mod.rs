//! The virtual agent on the running engine: texts in, answers on the phone, a person where one is wanted.

mod answering;
mod golden;
mod handing;
pub(crate) mod linking;
pub(crate) mod linking_by_text;
mod linking_colleagues;
mod linking_elsewhere;
mod odd;
mod outside;
mod picture_look;
mod pictures;
mod secret;
mod served;
mod waiting;

pub(crate) use served::HELLO;
