//! A bot that repeats what it is told: `cargo run --example echo_bot -- http://127.0.0.1:8787 TENANT-ID pk_…`

use visavis_native_client::{Author, Config, Error, Event, Visitor};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || arguments.next().unwrap_or_default();
    let visitor = Visitor::connect(Config::bloonio(argument(), argument(), argument())).await?;
    let mut events = visitor.events();
    visitor.send("Hello, I repeat what agents say.").await?;
    while let Some(event) = events.next().await {
        match event {
            Event::Message { message, .. } if matches!(message.author, Author::Agent { .. }) => {
                visitor.send(format!("You said: {}", message.text)).await?;
            }
            Event::Error(error) if visitor.failure().is_some() => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
