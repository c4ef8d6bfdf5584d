import Cases
import Foundation
import Customers
import HTTPTypes
import Hummingbird
import Organisations
import Policy
import Primitives

struct SearchPage {
    let shell: Shell
    let query: String
    let groups: [Group]
    let isEmpty: Bool

    struct Group {
        let title: String
        var rows: [Row]
    }

    struct Row {
        /// The group's title, on its first row only.
        var group = ""
        let path: String
        let title: String
        let more: String
        let clause: String?
    }
}

/// The palette: customers, cases, clauses, people and commands by what a clerk types.
struct SearchRoutes {
    let desk: Desk

    func add(to staff: RouterGroup<StaffContext>) {
        staff.get("search", use: search)
    }

    @Sendable func search(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = (request.uri.queryParameters["q"].map(String.init) ?? "")
            .replacingOccurrences(of: "+", with: " ").trimmed
        let frame = try await desk.frame(context, room: nil, path: "/search")
        var groups: [SearchPage.Group] = []
        if !query.isEmpty {
            let finder = Finder(desk: desk, principal: context.principal, limit: Self.few)
            groups.append(try await customers(query, frame, finder))
            groups.append(try await cases(query, frame, finder))
            groups.append(clauses(query, frame, finder))
            groups.append(try await staff(query, frame, finder))
            groups.append(commands(query, frame))
        }
        groups.removeAll { $0.rows.isEmpty }
        for index in groups.indices { groups[index].rows[0].group = groups[index].title }
        let isPart = request.headers[HTTPField.Name("hx-request")!] != nil
        return desk.html(
            SearchPage(shell: frame.shell, query: query, groups: groups, isEmpty: groups.isEmpty),
            isPart ? "search/results" : "search/show", context)
    }

    /// Rows of one kind.
    private static let few = 6

    private func customers(_ query: String, _ frame: Frame, _ finder: Finder) async throws -> SearchPage.Group {
        SearchPage.Group(
            title: frame.words("客户"),
            rows: try await finder.customers(query).map {
                SearchPage.Row(
                    path: "/customers/\($0.id)", title: $0.name, more: $0.phone + " " + $0.reference, clause: nil)
            })
    }

    private func cases(_ query: String, _ frame: Frame, _ finder: Finder) async throws -> SearchPage.Group {
        SearchPage.Group(
            title: frame.words("事务"),
            rows: try await finder.cases(query).map {
                SearchPage.Row(path: "/cases/\($0.id)", title: $0.reference, more: $0.summary, clause: nil)
            })
    }

    private func clauses(_ query: String, _ frame: Frame, _ finder: Finder) -> SearchPage.Group {
        SearchPage.Group(
            title: frame.words("条款"),
            rows: finder.clauses(query, of: frame.charter).map {
                SearchPage.Row(
                    path: "/charter/clauses/\($0.key)", title: $0.title[frame.language], more: "", clause: $0.key)
            })
    }

    private func staff(_ query: String, _ frame: Frame, _ finder: Finder) async throws -> SearchPage.Group {
        SearchPage.Group(
            title: frame.words("人员"),
            rows: try await finder.staff(query).map {
                SearchPage.Row(path: "/people/\($0.id)", title: $0.name, more: $0.unitName, clause: nil)
            })
    }

    private func commands(_ query: String, _ frame: Frame) -> SearchPage.Group {
        let all =
            frame.shell.starts.map { SearchPage.Row(path: $0.path, title: $0.title, more: "", clause: nil) }
            + frame.shell.rooms.map { SearchPage.Row(path: $0.path, title: $0.title, more: "", clause: nil) }
        let wanted = query.lowercased()
        return SearchPage.Group(
            title: frame.words("命令"),
            rows: Array(all.filter { $0.title.lowercased().contains(wanted) }.prefix(Self.few)))
    }
}

extension String {
    var trimmed: String {
        var view = self[...]
        while view.first?.isWhitespace ?? false { view.removeFirst() }
        while view.last?.isWhitespace ?? false { view.removeLast() }
        return String(view)
    }
}
