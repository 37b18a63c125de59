//! Nothing is left after the end.

use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use visavis_backends::Manner;
use visavis_backends::faults::{HttpFault, Times};
use visavis_backends::{RelayHandle, Scope};
use visavis_native_client::{MemoryStore, Visitor};

use crate::support::{builder, eventually, live, quiet_relay, soon};

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[cfg(target_os = "linux")]
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The relay has tasks of its own for open connections, so both sides are counted once all of them are closed.
async fn all_quiet(relay: &RelayHandle, before: usize) {
    eventually("the sockets to close", || relay.counts().sockets_open == 0).await;
    eventually("the tasks to end", || tasks() <= before).await;
}

#[tokio::test]
async fn closing_leaves_no_task_and_no_socket() {
    let relay = quiet_relay().await;
    let before = tasks();
    for _ in 0..3 {
        let visitor = builder(&relay).store(MemoryStore::new()).connect().await.unwrap();
        live(&visitor).await;
        visitor.send("hello").await.unwrap();
        soon("the end", visitor.close()).await;
        assert!(visitor.send("too late").await.is_err());
        assert!(visitor.live().await.is_err());
    }
    all_quiet(&relay, before).await;
}

#[tokio::test]
async fn dropping_the_last_handle_closes_too() {
    let relay = quiet_relay().await;
    let before = tasks();
    let visitor = builder(&relay).connect().await.unwrap();
    let clone = visitor.clone();
    let mut events = visitor.events();
    live(&visitor).await;
    drop(visitor);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(relay.counts().sockets_open, 1, "a clone still holds it");
    drop(clone);
    soon("the end of the events", async {
        while events.next().await.is_some() {}
    })
    .await;
    all_quiet(&relay, before).await;
}

#[tokio::test]
async fn closing_while_a_call_hangs_or_the_line_is_dead_is_quick() {
    let relay = quiet_relay().await;
    relay.fail_http(None, HttpFault::Hang, Times::UntilCleared);
    let visitor = builder(&relay).connect().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let begun = Instant::now();
    visitor.close().await;
    assert!(begun.elapsed() < Duration::from_secs(1), "took {:?}", begun.elapsed());

    relay.clear_faults();
    let visitor = builder(&relay).connect().await.unwrap();
    live(&visitor).await;
    relay.black_hole(Scope::All);
    let begun = Instant::now();
    visitor.close().await;
    assert!(begun.elapsed() < Duration::from_secs(4), "took {:?}", begun.elapsed());
}

#[tokio::test]
async fn waiting_senders_and_handles_are_released_by_closing() {
    let relay = quiet_relay().await;
    relay.stop(Manner::Abrupt).await;
    let visitor = builder(&relay).connect().await.unwrap();
    let handle = visitor.send("never acknowledged").await.unwrap();
    let waits: Vec<tokio::task::JoinHandle<bool>> = vec![
        tokio::spawn(async move { handle.acknowledged().await.is_err() }),
        tokio::spawn({
            let visitor = visitor.clone();
            async move { visitor.live().await.is_err() }
        }),
        tokio::spawn({
            let visitor = visitor.clone();
            async move {
                visitor.flushed().await;
                true
            }
        }),
    ];
    tokio::task::yield_now().await;
    visitor.close().await;
    for wait in waits {
        assert!(soon("a waiter", wait).await.unwrap());
    }
}

#[test]
fn a_runtime_that_goes_away_takes_the_visitor_along() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (visitor, mut events) = runtime.block_on(async {
        let relay = quiet_relay().await;
        let visitor = builder(&relay).connect().await.unwrap();
        let events = visitor.events();
        (visitor, events)
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
    let other = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    other.block_on(async {
        soon("the end of the events", async {
            while events.next().await.is_some() {}
        })
        .await;
        soon("closing", visitor.close()).await;
    });
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_thousand_reconnects_leave_nothing_behind() {
    let relay = quiet_relay().await;
    let visitor: Visitor = builder(&relay).connect().await.unwrap();
    live(&visitor).await;
    let before = (tasks(), descriptors());
    for _ in 0..1_000 {
        visitor.stop().unwrap();
        visitor.start().unwrap();
        live(&visitor).await;
    }
    eventually("one socket", || relay.counts().sockets_open == 1).await;
    eventually("the descriptors to be closed", || descriptors() <= before.1 + 8).await;
    eventually("the tasks to end", || tasks() <= before.0 + 8).await;
}
