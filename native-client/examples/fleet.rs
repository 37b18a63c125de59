//! Many visitors in one process: `cargo run --release --example fleet -- http://127.0.0.1:8787 TENANT-ID pk_… 1000`
//!
//! They share one network, so that a thousand visitors open eight HTTP connections and not a thousand. Each is one small task.

use std::time::Instant;

use tokio::task::JoinSet;
use visavis_native_client::{Config, Error, Event, Network, Visitor, bloonio};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().unwrap_or_default();
    let options = Config::bloonio(argument(), argument(), argument());
    let count: usize = argument().parse().unwrap_or(100);
    let network = Network::new()?;

    let begun = Instant::now();
    let mut fleet: JoinSet<_> = (0..count).map(|_| connect(options.clone(), network.clone())).collect();
    let mut visitors = Vec::with_capacity(count);
    while let Some(connected) = fleet.join_next().await {
        match connected {
            Ok(Ok(visitor)) => visitors.push(visitor),
            Ok(Err(error)) => return Err(error),
            Err(panic) => eprintln!("{panic}"),
        }
    }
    println!(
        "{} visitors are live after {:.1} s",
        visitors.len(),
        begun.elapsed().as_secs_f32()
    );

    let begun = Instant::now();
    let mut greetings: JoinSet<_> = visitors.iter().cloned().map(greet).collect();
    while let Some(greeted) = greetings.join_next().await {
        if let Ok(Err(error)) = greeted {
            eprintln!("{error}");
        }
    }
    println!(
        "all have said hello after {:.1} s; Ctrl-C ends",
        begun.elapsed().as_secs_f32()
    );
    let _ = tokio::signal::ctrl_c().await;
    let mut leaving: JoinSet<_> = visitors
        .into_iter()
        .map(|visitor| async move { visitor.close().await })
        .collect();
    while leaving.join_next().await.is_some() {}
    Ok(())
}

async fn connect(options: bloonio::Options, network: Network) -> Result<Visitor, Error> {
    let visitor = Visitor::builder(options).network(network).connect().await?;
    visitor.live().await?;
    // A listener of its own; it ends when the visitor does.
    let mut events = visitor.events();
    tokio::spawn(async move {
        while let Some(event) = events.next().await {
            if let Event::Error(error) = event {
                eprintln!("{error}");
            }
        }
    });
    Ok(visitor)
}

async fn greet(visitor: Visitor) -> Result<(), Error> {
    visitor.send("Hello").await?.acknowledged().await?;
    Ok(())
}
