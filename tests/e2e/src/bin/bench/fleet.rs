//! Many connections: how long until all are live, and what an idle one costs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::client::{Connection, Failure, Place};
use crate::usage;

/// Raw clients have no limit of their own; without one the listener's backlog overflows.
const AT_ONCE: usize = 256;

/// Buffers of the set-up are given back, and pings of the first seconds are answered.
const SETTLE: Duration = Duration::from_secs(1);

/// Connects to all places at once.
pub(crate) async fn connect<C: Connection>(places: Vec<Place>) -> Result<Value, Failure> {
    let count = places.len();
    let means = C::means(places.first().ok_or("no token was given")?)?;
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let resident = usage::resident();
    let cpu = usage::cpu();
    let begun = Instant::now();
    let mut idle = JoinSet::new();
    let (live, mut all_live) = tokio::sync::mpsc::channel::<Result<(), Failure>>(1);
    for place in places {
        let (means, turns, live) = (means.clone(), Arc::clone(&turns), live.clone());
        idle.spawn(async move {
            // What the set-up needs is given back before the idling begins.
            let connecting = Box::pin(async move {
                let _turn = turns.acquire().await.map_err(|error| error.to_string())?;
                C::connect(&means, &place).await
            });
            let (result, connection) = match connecting.await {
                Ok(connection) => (Ok(()), Some(connection)),
                Err(words) => (Err(words), None),
            };
            let _ = live.send(result).await;
            drop(live);
            if let Some(connection) = connection {
                connection.idle().await;
            }
        });
    }
    drop(live);
    while let Some(result) = all_live.recv().await {
        result?;
    }
    let elapsed = begun.elapsed();
    let spent = usage::cpu() - cpu;
    tokio::time::sleep(SETTLE).await;
    let grown = usage::resident().saturating_sub(resident);
    let idle_cpu = usage::cpu();
    tokio::time::sleep(SETTLE).await;
    let idle_spent = usage::cpu() - idle_cpu;
    if idle.try_join_next().is_some() {
        return Err("a connection ended early".to_owned());
    }
    Ok(json!({
        "seconds": elapsed.as_secs_f64(),
        "cpu_us": spent.as_secs_f64() * 1e6 / count as f64,
        "kib": grown as f64 / 1024.0 / count as f64,
        "idle_core_percent": idle_spent.as_secs_f64() / SETTLE.as_secs_f64() * 100.0,
    }))
}
