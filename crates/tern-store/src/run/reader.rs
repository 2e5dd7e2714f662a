//! The reading threads: whoever is free takes the next closure.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;

use super::{Job, Order};

/// The way to the reading threads.
#[derive(Debug)]
pub(crate) struct ReaderLane {
    orders: Sender<Order>,
}

impl ReaderLane {
    /// Starts one thread per connection.
    pub(crate) fn start(
        connections: Vec<Connection>,
    ) -> Result<(Self, Vec<JoinHandle<()>>), std::io::Error> {
        let (orders, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::with_capacity(connections.len());
        for connection in connections {
            let receiver = Arc::clone(&receiver);
            let thread = Builder::new()
                .name("tern-store-reader".to_owned())
                .spawn(move || run(connection, &receiver))?;
            threads.push(thread);
        }
        Ok((Self { orders }, threads))
    }

    /// Hands over a closure; dropped unanswered when the threads are gone.
    pub(crate) fn run(&self, job: Job) {
        let _ = self.orders.send(Order::Run(job));
    }

    /// Tells one thread to finish.
    pub(crate) fn stop_one(&self) {
        let _ = self.orders.send(Order::Stop);
    }
}

fn run(mut connection: Connection, orders: &Mutex<Receiver<Order>>) {
    loop {
        // Whoever waits here holds the mutex, and the others wait for the mutex: one wakes up per order.
        let order = orders.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match order {
            Ok(Order::Run(job)) => job(&mut connection),
            Ok(Order::Stop) | Err(_) => return,
        }
    }
}
