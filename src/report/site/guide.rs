//! The documents of this repository as pages of the site. Links between them stay links; what the site does not have, such as
//! source code, is named by its path in the repository.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

use super::frame::{Page, bare_start, link};
use crate::report::page::{END, escaped};
use crate::vectors::packed::{self, Packed, packed};

macro_rules! documents {
    ($($name:literal),* $(,)?) => {
        &[$(packed!($name)),*]
    };
}

/// The documents, by their path in the repository, in the order in which the index has them.
const DOCUMENTS: &[Packed] = documents![
    "README.md",
    "docs/first-adapter.md",
    "docs/protocol.md",
    "docs/packages.md",
    "docs/reports.md",
    "docs/ci.md",
    "docs/running-node.md",
    "docs/live-fuzzing.md",
    "docs/fuzzing.md",
    "docs/landscape.md",
    "docs/results/README.md",
    "docs/results/cross.md",
    "docs/findings.md",
    "vectors/README.md",
    "docs/threat-model.md",
    "docs/mutants.md",
    "docs/watch.md",
    "docs/architecture.md",
    "docs/releasing.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
];

/// Where the matrix of results stands in the repository; in the site it is `matrix.html`.
const MATRIX: &str = "docs/results/matrix.html";

/// The documents' pages. `has_matrix`: the site has `matrix.html`.
pub fn pages(has_matrix: bool) -> impl Iterator<Item = Page> {
    documents().map(move |(name, text)| (path(name), page(name, &text, has_matrix)))
}

/// Each page's path and title, in order.
pub fn titles() -> impl Iterator<Item = (String, String)> {
    documents().map(|(name, text)| (path(name), title(&text)))
}

/// Each document's path in the repository and its text.
fn documents() -> impl Iterator<Item = (&'static str, String)> {
    let text = |(name, content): &Packed| match packed::text(content) {
        Ok(text) => (*name, text),
        Err(error) => panic!("{name} was not built in as it is: {error}"),
    };
    DOCUMENTS.iter().map(text)
}

fn path(name: &str) -> String {
    name.strip_suffix(".md").map_or_else(|| name.to_owned(), |name| format!("{name}.html"))
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
}

/// The text of a document's first heading.
fn title(text: &str) -> String {
    let mut events = parser(text);
    let heading = events.find(|event| matches!(event, Event::Start(Tag::Heading { .. })));
    heading.map_or_else(String::new, |_| plain(&until_heading_ends(&mut events)))
}

fn until_heading_ends<'t>(events: &mut Parser<'t>) -> Vec<Event<'t>> {
    events.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))).collect()
}

/// The text alone.
fn plain(events: &[Event<'_>]) -> String {
    let text = |event: &Event<'_>| match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        Event::SoftBreak => " ".into(),
        _ => String::new(),
    };
    events.iter().map(text).collect()
}

fn page(name: &str, text: &str, has_matrix: bool) -> String {
    let mut out = bare_start(&title(text), &[link(depth(name), "index.html", "Spontan")]);
    let raw = |text: String| Event::Html(text.into());
    let mut anchors = Anchors::default();
    let mut events = Vec::new();
    let mut read = parser(text);
    while let Some(event) = read.next() {
        match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let words = until_heading_ends(&mut read);
                let id = Some(anchors.next(&plain(&words)).into());
                events.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
                events.extend(words);
                events.push(Event::End(TagEnd::Heading(level)));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let words: Vec<_> =
                    read.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Link))).collect();
                match target(name, &dest_url, has_matrix) {
                    Ok(target) => {
                        events.push(raw(format!("<a href=\"{}\">", escaped(&target))));
                        events.extend(words);
                        events.push(raw("</a>".into()));
                    }
                    Err(path) => {
                        let is_named = plain(&words).contains(&path);
                        events.extend(words);
                        events
                            .extend((!is_named).then(|| raw(format!(" (<code>{}</code>)", escaped(&path)))));
                    }
                }
            }
            // What is too wide scrolls on its own, and the keyboard reaches it.
            Event::Start(Tag::Table(alignment)) => {
                events.push(raw("<div class=\"wide words\" tabindex=\"0\">".into()));
                events.push(Event::Start(Tag::Table(alignment)));
            }
            Event::End(TagEnd::Table) => events.extend([event, raw("</div>\n".into())]),
            Event::Start(Tag::CodeBlock(_)) => events.push(raw("<pre tabindex=\"0\"><code>".into())),
            Event::End(TagEnd::CodeBlock) => events.push(raw("</code></pre>\n".into())),
            // Comments, which tests and scripts find their places by.
            Event::Html(_) | Event::InlineHtml(_) => {}
            event => events.push(event),
        }
    }
    let mut body = String::new();
    html::push_html(&mut body, events.into_iter());
    // A heading without a word is none.
    out.push_str(&body.replace("<th></th>", "<td></td>"));
    out + END
}

/// How many folders deep a page is.
fn depth(name: &str) -> usize {
    name.matches('/').count()
}

/// Where a link of a document leads in the site; for what the site does not have, its path in the repository.
fn target(name: &str, link: &str, has_matrix: bool) -> Result<String, String> {
    if link.contains("://") || link.starts_with('#') {
        return Ok(link.to_owned());
    }
    let (file, anchor) = link.find('#').map_or((link, ""), |at| link.split_at(at));
    let mut folders: Vec<_> = name.split('/').collect();
    folders.pop();
    for part in file.split('/') {
        match part {
            ".." => _ = folders.pop(),
            part => folders.push(part),
        }
    }
    let file = folders.join("/");
    let up = "../".repeat(depth(name));
    let of_folder = format!("{file}/README.md");
    let found = DOCUMENTS.iter().map(|(name, _)| *name).find(|name| *name == file || *name == of_folder);
    match found {
        Some(found) => Ok(format!("{up}{}{anchor}", path(found))),
        None if file == MATRIX && has_matrix => Ok(format!("{up}matrix.html")),
        None => Err(file),
    }
}

/// The ids of a page's headings, as GitHub makes them, so that the links in the documents fit.
#[derive(Default)]
struct Anchors(BTreeMap<String, usize>);

impl Anchors {
    fn next(&mut self, heading: &str) -> String {
        let kept = |letter: char| match letter {
            ' ' => Some('-'),
            letter => (letter.is_alphanumeric() || "-_".contains(letter)).then_some(letter),
        };
        let id: String = heading.to_lowercase().chars().filter_map(kept).collect();
        let before = self.0.entry(id.clone()).or_default();
        *before += 1;
        if *before == 1 { id } else { format!("{id}-{}", *before - 1) }
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    #[test]
    fn every_document_is_there() {
        let root = env!("CARGO_MANIFEST_DIR");
        for folder in ["", "docs/", "docs/results/", "vectors/"] {
            for entry in fs::read_dir(format!("{root}/{folder}")).unwrap() {
                let name = format!("{folder}{}", entry.unwrap().file_name().into_string().unwrap());
                let is_there = DOCUMENTS.iter().any(|(document, _)| *document == name);
                assert!(is_there || !name.ends_with(".md"), "{name} is no page of the site");
            }
        }
    }

    #[test]
    fn no_document_has_html_that_its_page_would_lose() {
        for (name, text) in documents() {
            for event in parser(&text) {
                if let Event::Html(html) | Event::InlineHtml(html) = event {
                    assert!(html.trim().starts_with("<!--"), "{name}: {html}");
                }
            }
        }
    }

    #[test]
    fn what_a_page_is_made_of() {
        let text = "# A-z `b_1`: c\n\n## See\n\n[one](ci.md#x), [two](../src), [src/x.rs](../src/x.rs), [three](results/matrix.html)\n\n\
                    ## See\n\n| | b |\n|---|--:|\n| 1 | <2 |\n\n```sh\n<x\n```\n\n<!-- gone -->\n";
        let page = page("docs/new.md", text, true);
        let (head, body) = page.split_once("<nav").unwrap();
        assert!(head.contains("<title>A-z b_1: c - Spontan</title>"));
        let (nav, body) = body.split_once("</nav>\n").unwrap();
        assert!(nav.ends_with("<a href=\"../index.html\">Spontan</a>"));
        assert_eq!(
            body,
            "<h1 id=\"a-z-b_1-c\">A-z <code>b_1</code>: c</h1>\n\
             <h2 id=\"see\">See</h2>\n\
             <p><a href=\"../docs/ci.html#x\">one</a>, two (<code>src</code>), src/x.rs, <a href=\"../matrix.html\">three</a></p>\n\
             <h2 id=\"see-1\">See</h2>\n\
             <div class=\"wide words\" tabindex=\"0\"><table><thead><tr><td></td><th style=\"text-align: right\">b</th></tr></thead><tbody>\n\
             <tr><td>1</td><td style=\"text-align: right\">&lt;2</td></tr>\n\
             </tbody></table>\n\
             </div>\n<pre tabindex=\"0\"><code>&lt;x\n</code></pre>\n\
             </main>\n"
        );
    }
}
