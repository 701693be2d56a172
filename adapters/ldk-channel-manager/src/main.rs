//! The adapter's process. A panic inside LDK is an `error` answer, not the end of the run.

use spontan::protocol::serve::serve;
use spontan_adapter_ldk_channel_manager::{answer, hello};

fn main() -> std::io::Result<()> {
    serve(std::io::stdin().lock(), std::io::stdout().lock(), &hello(), answer)
}
