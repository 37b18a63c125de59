//! One connection: how long a message takes, and what a received one costs.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Connection, Failure, Place};
use crate::usage;

/// A receiver is ready for more.
pub(crate) const HEARD: &str = "heard";

/// Sends `count` messages, each after the acknowledgement of the one before.
pub(crate) async fn round_trips<C: Connection>(place: &Place, count: usize) -> Result<Value, Failure> {
    let mut connection = C::connect(&C::means(place)?, place).await?;
    let warm_up = count / 10;
    for number in 0..warm_up {
        connection.round_trip(number).await?;
    }
    let mut times = Vec::with_capacity(count);
    let cpu = usage::cpu();
    let begun = Instant::now();
    for number in warm_up..warm_up + count {
        let sent = Instant::now();
        connection.round_trip(number).await?;
        times.push(sent.elapsed());
    }
    let elapsed = begun.elapsed();
    let spent = usage::cpu() - cpu;
    times.sort_unstable();
    Ok(json!({
        "p50_us": micros(times[count / 2]),
        "p99_us": micros(times[count * 99 / 100]),
        "cpu_us": micros(spent) / count as f64,
        "per_second": count as f64 / elapsed.as_secs_f64(),
    }))
}

/// The relay hears how far a receiver has come each time it has heard so many.
pub(crate) const REPORT_EVERY: usize = 256;

/// Receives `count` messages that the relay sends as fast as they are taken.
pub(crate) async fn receive<C: Connection>(place: &Place, count: usize) -> Result<Value, Failure> {
    let mut connection = C::connect(&C::means(place)?, place).await?;
    crate::child::say(HEARD);
    connection.hear().await?;
    let cpu = usage::cpu();
    let begun = Instant::now();
    for heard in 2..=count {
        connection.hear().await?;
        if heard % REPORT_EVERY == 0 {
            crate::child::say(HEARD);
        }
    }
    let elapsed = begun.elapsed();
    let spent = usage::cpu() - cpu;
    Ok(json!({
        "cpu_us": micros(spent) / (count - 1) as f64,
        "per_second": (count - 1) as f64 / elapsed.as_secs_f64(),
    }))
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
