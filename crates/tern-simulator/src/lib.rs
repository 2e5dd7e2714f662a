//! The practice line: a Twilio look-alike on loopback with handsets and faults that can be armed.
