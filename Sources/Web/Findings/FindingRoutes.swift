import Consequences
import Hummingbird
import Organisations
import Policy
import Primitives
import Storage

/// The findings that the reader may see, newest first.
struct FindingPage {
    let shell: Shell
    let rows: [FindingRow]
    let isEmpty: Bool
    let nextPath: String?

    struct FindingRow {
        let path: String
        let person: String
        let offence: String
        let clause: String?
        let month: String
        let outcome: String
        let state: String
        let isOpen: Bool
        let by: String
        let day: String
        let machine: String
    }
}

/// What was found against whom, and what followed.
struct FindingRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("findings", use: list)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let frame = try await desk.frame(context, room: .findings, path: "/findings")
        let query = request.uri.queryParameters
        let page = try await desk.consequences.list(
            about: query["person"].flatMap { StaffID(String($0)) },
            before: query["before"].flatMap { CaseID(String($0)) },
            for: context.principal)
        let sanctions = SanctionWords(words: frame.words)
        let rows = page.rows.map { finding, last -> FindingPage.FindingRow in
            let offence = page.charter.offence(finding.offence)
            return FindingPage.FindingRow(
                path: "/cases/\(finding.matter)", person: page.names[finding.person] ?? "",
                offence: finding.offence + " " + (offence?.title[frame.language] ?? ""), clause: offence?.clauses.first,
                month: frame.words("{0}的过失", frame.time.date(finding.faultDay)),
                outcome: last.flatMap { step in step.measure.map { sanctions.text($0, step.fine) } }
                    ?? frame.words("尚未提议"),
                state: sanctions.state(finding.state), isOpen: ![.dropped, .final].contains(finding.state),
                by: page.names[finding.bookedBy] ?? "",
                day: frame.time.shortDate(frame.time.zone.local(finding.bookedAt).day),
                machine: frame.time.zone.rfc3339(finding.bookedAt))
        }
        return desk.html(
            FindingPage(
                shell: frame.shell, rows: rows, isEmpty: rows.isEmpty,
                nextPath: page.next.map { "/findings?before=\($0)" }), "findings/list", context)
    }
}
