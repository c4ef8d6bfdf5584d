import Cases
import Obligations
import Organisations
import Policy
import Primitives
import Storage

// What stands on few cases, each with a template of its own.

extension CasePage {
    /// A form as it was filled in.
    struct Section {
        let title: String
        let clause: String?
        let lines: [Line]

        struct Line {
            let label: String
            let text: String
            let isLong: Bool
            var table: TableText?
            /// A drawn name, as an SVG path.
            var path: String?
        }

        struct TableText {
            let columns: [String]
            let rows: [TableRowText]

            struct TableRowText {
                let cells: [String]
            }
        }
    }

    struct Saying {
        let said: [Said]
    }

    /// What the customer said of his own accord.
    struct Said {
        let time: String
        let machine: String
        let opinion: String?
        let text: String

        init(_ word: PortalService.Word, _ time: TimeWords) {
            self.time = time.moment(word.saidAt)
            machine = time.zone.rfc3339(word.saidAt)
            opinion = word.isSatisfied.map { time.words($0 ? "满意" : "不满意") }
            text = word.words
        }
    }

    struct Found {
        let finding: FindingPart
    }

    /// That it waits for the customer, or was put into another.
    struct Standing {
        let shell: Shell
        let paused: Paused?
        let merged: Merged?

        /// Since when and why it waits.
        struct Paused {
            let since: String
            let machine: String
            let reason: String
            /// `nil` for who may not act.
            let path: String?
            let revision: Int
        }

        /// The case that it was put into, and taking it out again.
        struct Merged {
            let path: String?
            let text: String
            /// `nil` once the day is over, and for who may not.
            let undoPath: String?
            let revision: Int
        }

        /// `nil` for neither.
        init?(_ material: CaseMaterial, frame: Frame, principal: Principal) {
            let detail = material.detail
            let matter = detail.matter
            if matter.pausedAt == nil, matter.mergedAt == nil { return nil }
            let zone = detail.charter.calendar.zone
            let time = TimeWords(words: frame.words, zone: zone, now: detail.now)
            shell = frame.shell
            paused = matter.pausedAt.map { instant in
                Paused(
                    since: time.moment(instant), machine: zone.rfc3339(instant),
                    reason: material.history.first { $0.type == "case.paused" }?.body["reason"]?.text ?? "",
                    path: principal.can(.actOnCases) ? "/cases/\(matter.id)/pause/end" : nil,
                    revision: matter.revision)
            }
            merged = matter.mergedAt.map { instant in
                let isToday = zone.local(instant).day == zone.local(detail.now).day
                return Merged(
                    path: detail.mergedInto.map { "/cases/\($0.matter)" },
                    text: frame.words("已并入{0}", detail.mergedInto?.reference ?? frame.words("另一件事务")),
                    undoPath: isToday && principal.can(.waiveObligations) ? "/cases/\(matter.id)/merger/undo" : nil,
                    revision: matter.revision)
            }
        }
    }

    /// An act by which the case is passed on: to somebody else, to the customer, to an earlier case.
    struct Passing: TemplateRow {
        let shell: Shell
        let path: String
        let revision: Int
        /// That allows it.
        var clause: String?
        /// What is chosen from.
        var options = HTML()

        enum Tag: String, CaseIterable {
            case path, revision, clause, options
            case formToken = "shell.formToken"
            case formKey = "shell.formKey"
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .path: path
            case .revision: String(revision)
            case .clause: clause
            case .options: nil
            case .formToken: shell.formToken
            case .formKey: shell.formKey
            }
        }

        func html(_ tag: Tag) -> HTML? { tag == .options ? options : nil }

        /// What the reader may do of it.
        /// - Parameter open: the case's open duties.
        static func forms(
            _ material: CaseMaterial, open: [Obligation], shell: Shell, principal: Principal, rows: CaseTemplates
        ) -> HTML {
            let detail = material.detail
            let matter = detail.matter
            func form(_ path: String, clause: String? = nil, _ options: [FieldPart.Option] = []) -> Passing {
                Passing(
                    shell: shell, path: "/cases/\(matter.id)/" + path, revision: matter.revision, clause: clause,
                    options: rows.option.render(options))
            }
            var html = HTML()
            if !material.receivers.isEmpty { html += rows.handOver.render(form("handler", material.receivers)) }
            let waits = open.first {
                detail.charter.clause($0.clause)?.duty?.isPausable == true && !$0.isOverdue(at: detail.now)
            }
            if let waits, matter.pausedAt == nil, principal.can(.actOnCases) {
                html += rows.pausing.render(form("pause", clause: waits.clause))
            }
            if !material.targets.isEmpty {
                let targets = material.targets.map {
                    FieldPart.Option(key: $0.id.description, title: $0.reference + " " + $0.summary, isPicked: false)
                }
                html += rows.merging.render(form("merger", targets))
            }
            return html
        }
    }
}
