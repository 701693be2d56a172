//! The vectors as pages that link to each other: an index, a page for each suite, each case and each requirement, the known
//! bugs, and the documents ([`guide`]). What a case page says is what `spontan show` says, and what implementations answered, of
//! which there are results.

mod frame;
mod guide;

use std::fmt::Write;

use self::frame::{Page, link, start};
use super::matrix::{Column, detail};
use super::page::{END, escaped, number_cells, table_head};
use super::value;
use crate::harness::plan;
use crate::quirks::Quirk;
use crate::vectors::open_text::OPEN_TEXTS;
use crate::vectors::requirement::{Document, Requirement, Requirements};
use crate::vectors::{Case, Level, Suite, VerdictKind, schema, twin};

/// What the pages are made of.
pub struct Site<'a> {
    /// The suites.
    pub suites: &'a [Suite],
    /// The requirements that their cases cite.
    pub requirements: &'a Requirements,
    /// The digest of the vectors.
    pub digest: &'a str,
    /// What implementations answered.
    pub columns: &'a [Column],
}

/// The path of a case's page: `bigsize.decode/zero.html`.
fn case_path(id: &str) -> String {
    format!("cases/{id}.html")
}

fn requirement_path(id: &str) -> String {
    format!("requirements/{id}.html")
}

fn suite_path(name: &str) -> String {
    format!("suites/{name}.html")
}

impl Site<'_> {
    /// All pages.
    pub fn pages(&self) -> impl Iterator<Item = Page> {
        let suites = self.suites.iter().map(|suite| (suite_path(&suite.suite), self.suite(suite)));
        let cases = self.suites.iter().flat_map(|suite| {
            suite.cases.iter().enumerate().map(|(at, case)| (case_path(&case.id), self.case(suite, at, case)))
        });
        let requirements = self.requirements.requirements.iter();
        let requirements = requirements.map(|one| (requirement_path(&one.id), self.requirement(one)));
        std::iter::once(("index.html".to_owned(), self.index()))
            .chain(suites)
            .chain(cases)
            .chain(requirements)
            .chain(std::iter::once(("quirks.html".to_owned(), self.quirks())))
            .chain(guide::pages(!self.columns.is_empty()))
    }

    fn index(&self) -> String {
        let mut out = start("Vectors", &["Spontan".into()], "Vectors for spontaneous payments");
        let count: usize = self.suites.iter().map(|suite| suite.cases.len()).sum();
        let _ = writeln!(
            out,
            "<p>{count} cases in {} suites, and the {} requirements of the specs that they cite. Vectors <code>{}</code>.",
            self.suites.len(),
            self.requirements.requirements.len(),
            escaped(self.digest)
        );
        if !self.columns.is_empty() {
            let names: Vec<_> = self.columns.iter().map(|column| escaped(&column.name)).collect();
            let _ = writeln!(
                out,
                "<p>{}: {}.",
                link(0, "matrix.html", "What implementations answer"),
                names.join(", ")
            );
        }
        let _ = writeln!(
            out,
            "<p>{}: {} ways to get it wrong.\n<h2>Documents</h2>\n<ul class=\"columns\">",
            link(0, "quirks.html", "Seeded bugs"),
            Quirk::ALL.len()
        );
        for (path, title) in guide::titles() {
            let _ = writeln!(out, "<li>{}", link(0, &path, &title));
        }
        out.push_str("</ul>\n<h2>Suites</h2>\n");
        let levels = [Level::Must, Level::Should, Level::May, Level::Proposal];
        let names: Vec<_> = std::iter::once("cases").chain(levels.iter().map(|level| level.name())).collect();
        table_head("suite", &names, &mut out);
        for suite in self.suites {
            let of = |level: &Level| suite.cases.iter().filter(|case| case.level == *level).count() as u32;
            let numbers: Vec<_> =
                std::iter::once(suite.cases.len() as u32).chain(levels.iter().map(of)).collect();
            let _ = write!(
                out,
                "<tr><td>{}<br><small>{}</small>",
                link(0, &suite_path(&suite.suite), &suite.suite),
                escaped(&suite.about)
            );
            number_cells(&numbers, &mut out);
        }
        out.push_str("</table></div>\n<h2>Requirements</h2>\n");
        for document in &self.requirements.documents {
            let of_document =
                || self.requirements.requirements.iter().filter(|one| one.document == document.name);
            if of_document().next().is_none() {
                continue;
            }
            let _ = writeln!(out, "<h3>{}</h3>", escaped(&document.title));
            table_head("requirement", &["cases"], &mut out);
            for one in of_document() {
                let number = self.citing(&one.id).count() as u32;
                let _ = write!(
                    out,
                    "<tr><td>{} <small>{}{}</small><br>{}",
                    link(0, &requirement_path(&one.id), &one.id),
                    one.level.name(),
                    if one.waiver.is_some() { ", waived" } else { "" },
                    escaped(&one.text)
                );
                number_cells(&[number], &mut out);
            }
            out.push_str("</table></div>\n");
        }
        out + END
    }

    fn suite(&self, suite: &Suite) -> String {
        let mut out = start(&suite.suite, &[link(1, "index.html", "Spontan")], &suite.suite);
        let _ = writeln!(out, "<p>{}\n<p>{} cases.", escaped(&suite.about), suite.cases.len());
        for side in ["input", "output"] {
            // Vectors from elsewhere may have a suite that this program does not know.
            let Ok((about, fields)) = schema::fields(side, &suite.suite) else { continue };
            let _ = writeln!(out, "<h2>{}</h2>", if side == "input" { "Input" } else { "Output" });
            let _ = writeln!(
                out,
                "<p>{}\n<div class=\"wide\"><table><thead><tr><th>field<th>what it is</thead>",
                escaped(&about)
            );
            for field in fields {
                let optional = if field.optional { "optional. " } else { "" };
                let (name, about) = (escaped(&field.name), escaped(&field.about));
                let _ = writeln!(
                    out,
                    "<tr><td class=\"field\" style=\"padding-left:{}.6em\"><code>{name}</code><td>{optional}{about}",
                    field.depth
                );
            }
            out.push_str("</table></div>\n");
        }
        out.push_str("<h2>Cases</h2>\n");
        self.list(suite.cases.iter(), 1, &mut out);
        out + END
    }

    /// A table of cases, on a page that is so many folders deep.
    fn list<'c>(&self, cases: impl Iterator<Item = &'c Case>, depth: usize, out: &mut String) {
        out.push_str("<div class=\"wide\"><table><thead><tr><th>case<th>level<th>verdict</thead>\n");
        for case in cases {
            let verdict = match (case.policies().is_empty(), case.verdict_kind()) {
                (false, _) => "by policy",
                (true, VerdictKind::Accept) => "accept",
                (true, VerdictKind::Reject) => "reject",
            };
            let link = link(depth, &case_path(&case.id), &case.id);
            let _ = writeln!(
                out,
                "<tr><td>{link}<br><small>{}</small><td>{}<td>{verdict}",
                escaped(&case.about),
                case.level.name()
            );
        }
        out.push_str("</table></div>\n");
    }

    fn case(&self, suite: &Suite, at: usize, case: &Case) -> String {
        let above = [link(2, "index.html", "Spontan"), link(2, &suite_path(&suite.suite), &suite.suite)];
        let name = case.id.split_once('/').map_or(case.id.as_str(), |(_, name)| name);
        let mut out = start(&case.id, &above, name);
        let _ = writeln!(out, "<p>{}\n<dl class=\"facts\">", escaped(&case.about));
        self.facts(case, &mut out);
        out.push_str("</dl>\n<h2>Expected</h2>\n<dl>");
        for (when, verdict) in value::expectations(case, true) {
            let when = when.unwrap_or_else(|| "always".into());
            let _ = write!(out, "<dt>{}<dd><code>{}</code>", escaped(&when), escaped(&verdict));
        }
        let _ = writeln!(
            out,
            "</dl>\n<h2>Input</h2>\n<pre tabindex=\"0\">{}</pre>",
            escaped(&value::lines(&case.input, true).join("\n"))
        );
        if !case.steps.is_empty() {
            out.push_str("<h2>Intermediate values</h2>\n<dl>");
            for step in &case.steps {
                let _ = write!(out, "<dt>{}<dd><code>{}</code>", escaped(&step.name), escaped(&step.value));
            }
            out.push_str("</dl>\n");
        }
        if !self.columns.is_empty() {
            out.push_str("<h2>Answers</h2>\n<dl>");
            for (answer, names) in detail::answers(case, self.columns) {
                let _ = write!(out, "<dt>{}<dd>{}", escaped(&names.join(", ")), escaped(&answer));
            }
            out.push_str("</dl>\n");
        }
        let line = plan::request(case, 1);
        let _ = writeln!(
            out,
            "<h2>As an adapter reads it</h2>\n<pre tabindex=\"0\">{}</pre>\n<p>To ask it: <code>spontan replay {} -- ./your-adapter</code>",
            escaped(String::from_utf8_lossy(&line).trim_end()),
            escaped(&case.id)
        );
        let beside = |at: Option<usize>, word: &str| {
            let case = at.and_then(|at| suite.cases.get(at));
            case.map(|case| format!("{word}: {}", link(2, &case_path(&case.id), &case.id)))
        };
        let beside: Vec<_> = [beside(at.checked_sub(1), "before"), beside(at.checked_add(1), "after")]
            .into_iter()
            .flatten()
            .collect();
        let _ = writeln!(out, "<p>{}", beside.join("<br>"));
        out + END
    }

    /// Level, flags, where the specs say so, the requirements, the twin.
    fn facts(&self, case: &Case, out: &mut String) {
        let mut fact = |name: &str, text: &str| {
            let _ = write!(out, "<dt>{name}<dd>{text}");
        };
        let levels = [("; code: ", case.code_level), ("; data: ", case.data_level)];
        let levels =
            levels.iter().filter_map(|(what, level)| level.map(|level| format!("{what}{}", level.name())));
        fact("level", &format!("{}{}", case.level.name(), levels.collect::<String>()));
        if !case.flags.is_empty() {
            fact("flags", &escaped(&case.flags.join(", ")));
        }
        let places: Vec<_> = case.spec.iter().map(|place| self.place(place)).collect();
        fact("spec", &places.join("<br>"));
        let rules = case.requirements.iter().map(|id| {
            let text =
                self.requirements.requirements.iter().find(|one| one.id == *id).map_or("", |one| &one.text);
            format!("{}: {}", link(2, &requirement_path(id), id), escaped(text))
        });
        fact("shows", &rules.collect::<Vec<_>>().join("<br>"));
        for text in OPEN_TEXTS.iter().filter(|text| case.open_texts.iter().any(|name| name == text.name)) {
            let link = format!("<a href=\"{}\">{}</a>", escaped(text.url), escaped(text.name));
            fact("open text", &format!("{link}: {}", escaped(text.effect)));
        }
        if let Some(id) = &case.twin {
            let twin = self.suites.iter().flat_map(|suite| &suite.cases).find(|case| case.id == *id);
            let differences = twin.map(|twin| twin::differences(&case.input, &twin.input).join("; "));
            let link = link(2, &case_path(id), id);
            fact(
                "twin",
                &format!(
                    "{link}, which is accepted; it differs in: {}",
                    escaped(&differences.unwrap_or_default())
                ),
            );
        }
    }

    /// A place in the specs, such as `04-onion-routing.md:341,390-391`: each of its lines is a link, where the document has any.
    fn place(&self, place: &str) -> String {
        let (name, lines) = place.split_once(':').unwrap_or((place, ""));
        let document = self.requirements.documents.iter().find(|document| document.name == name);
        let Some(document) = document else { return escaped(place) };
        let title = escaped(&document.title);
        if lines.is_empty() { title } else { format!("{title}, {}", linked(document, lines)) }
    }

    fn requirement(&self, one: &Requirement) -> String {
        let mut out = start(&one.id, &[link(1, "index.html", "Spontan")], &one.id);
        let _ =
            writeln!(out, "<p>{}\n<dl class=\"facts\"><dt>level<dd>{}", escaped(&one.text), one.level.name());
        let lines = one
            .lines
            .as_ref()
            .map_or_else(|| one.document.clone(), |lines| format!("{}:{lines}", one.document));
        let _ = write!(out, "<dt>spec<dd>{}<br>{}", self.place(&lines), escaped(&one.section));
        if let Some(waiver) = &one.waiver {
            let _ = write!(out, "<dt>no case<dd>{}", escaped(waiver));
        }
        out.push_str("</dl>\n");
        let cases: Vec<_> = self.citing(&one.id).collect();
        if !cases.is_empty() {
            let _ = writeln!(out, "<h2>Cases</h2>\n<p>{}", cases.len());
            self.list(cases.into_iter(), 1, &mut out);
        }
        out + END
    }

    /// The seeded bugs, as [`Quirk`] lists them.
    fn quirks(&self) -> String {
        let mut out = start("Seeded bugs", &[link(0, "index.html", "Spontan")], "Seeded bugs");
        out.push_str(
            "<p>Each is an implementation that differs from the right one in one thing, and that cases find. \
             <code>spontan quirks</code> runs them all and says which cases find which.\n<dl>",
        );
        for quirk in Quirk::ALL {
            let name = escaped(quirk.name());
            let place = self.place(quirk.spec());
            let _ = write!(
                out,
                "<dt id=\"{name}\">{name}<dd>{}<br><small>{place}</small>",
                with_code(quirk.about())
            );
            if let Some(why) = quirk.equivalent() {
                let _ = write!(out, "<br>No case can find it: {}", with_code(why));
            }
            out.push('\n');
        }
        out.push_str("</dl>\n");
        out + END
    }

    /// The cases that cite a requirement.
    fn citing(&self, id: &str) -> impl Iterator<Item = &Case> {
        let cases = self.suites.iter().flat_map(|suite| &suite.cases);
        cases.filter(move |case| case.requirements.iter().any(|cited| cited == id))
    }
}

/// A text in which backticks mark code.
fn with_code(text: &str) -> String {
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    text.split('`').enumerate().map(part).collect()
}

/// Lines of a document, each range a link to GitHub at the commit that they are of.
fn linked(document: &Document, lines: &str) -> String {
    if document.commit.is_none() {
        return escaped(lines);
    }
    let link = |range: &str| {
        let address = document.address(range).unwrap_or_default();
        format!("<a href=\"{}\">{}</a>", escaped(&address), escaped(range))
    };
    let ranges: Vec<_> = lines.split(',').map(link).collect();
    format!("{} {}", if lines.contains([',', '-']) { "lines" } else { "line" }, ranges.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Component, Path, PathBuf};

    use super::*;
    use crate::vectors::{load, requirement};

    /// The pages of the built-in vectors, changed.
    fn pages(change: impl FnOnce(&mut Case)) -> Vec<Page> {
        let (mut suites, requirements) = (load::built_in().unwrap(), requirement::built_in().unwrap());
        change(&mut suites[0].cases[0]);
        Site { suites: &suites, requirements: &requirements, digest: "sha256:0", columns: &[] }
            .pages()
            .collect()
    }

    /// The path that a link on a page leads to.
    fn target(page: &str, link: &str) -> String {
        let mut path = PathBuf::from(page);
        path.pop();
        for part in Path::new(link).components() {
            match part {
                Component::ParentDir => assert!(path.pop(), "{page}: {link} leads out of the site"),
                part => path.push(part),
            }
        }
        path.to_str().unwrap().to_owned()
    }

    #[test]
    fn every_link_leads_to_a_page_and_every_page_is_linked_to() {
        let all = pages(|_| ());
        let count = all.len();
        let pages: BTreeMap<String, String> = all.into_iter().collect();
        assert_eq!(pages.len(), count, "two pages have one path");
        let mut linked = BTreeSet::from(["index.html".to_owned()]);
        for (path, text) in &pages {
            for link in
                text.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(link, _)| link)
            {
                if link.starts_with("https://") {
                    continue;
                }
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() { path.clone() } else { target(path, file) };
                let text = pages.get(&target).unwrap_or_else(|| panic!("{path}: there is no {link}"));
                let is_there = anchor.is_empty() || text.contains(&format!(" id=\"{anchor}\""));
                assert!(is_there, "{path}: {link} leads to no heading");
                linked.insert(target);
            }
        }
        assert_eq!(linked.len(), pages.len());
    }

    #[test]
    fn lines_of_the_specs_are_links() {
        let document = |commit: Option<&str>| Document {
            name: "04-onion-routing.md".into(),
            title: "BOLT 4".into(),
            source: "lightning/bolts".into(),
            commit: commit.map(Into::into),
        };
        assert_eq!(
            linked(&document(Some("abc")), "341,390-391"),
            "lines <a href=\"https://github.com/lightning/bolts/blob/abc/04-onion-routing.md?plain=1#L341\">341</a>, \
             <a href=\"https://github.com/lightning/bolts/blob/abc/04-onion-routing.md?plain=1#L390-L391\">390-391</a>"
        );
        assert_eq!(linked(&document(None), "3"), "3");
    }

    #[test]
    fn text_of_others_stays_text() {
        let evil = "<script>alert(1)</script>\" onload=\"x\u{202e}";
        let pages = pages(|case| {
            case.about = evil.into();
            case.flags = vec![evil.into()];
            case.spec = vec![evil.into()];
            case.input = serde_json::json!({ evil: evil });
        });
        let wrong: Vec<_> =
            pages.iter().filter(|(_, text)| text.contains("<script") || text.contains('\u{202e}')).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(pages.iter().any(|(_, text)| text.contains("&lt;script&gt;")));
    }
}
