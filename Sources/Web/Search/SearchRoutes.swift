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
        /// The button of the account's menu that the palette presses in place of following the link.
        var press: String?
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
            groups.append(commands(query, frame, context.principal))
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

    private func commands(_ query: String, _ frame: Frame, _ principal: Principal) -> SearchPage.Group {
        let words = frame.words
        var all: [(row: SearchPage.Row, says: [String])] = []
        func add(_ title: String, _ path: String, _ says: [String] = [], press: String? = nil) {
            all.append((SearchPage.Row(path: path, title: title, more: "", clause: nil, press: press), [title] + says))
        }
        for start in frame.shell.starts { add(start.title, start.path, [words("新建")]) }
        for room in frame.shell.rooms { add(room.title, room.path) }
        if principal.can(.readCases) { add(words("统计"), "/cases/statistics") }
        if principal.can(.managePeople) {
            add(words("新员工"), "/people/new", [words("新建")])
            add(words("新单位"), "/people/units/new", [words("新建")])
        }
        if desk.isDemo { add(words("演示时钟"), "/demo/clock") }
        for (title, theme) in [("跟随系统", "system"), ("浅色", "light"), ("深色", "dark")] {
            add(words(title), "/account", [words("外观")], press: "theme=" + theme)
        }
        add(words("修改密码"), "/people/me/password")
        add(words("我的令牌"), "/people/me/tokens")
        add(words("退出登录"), "/account", press: "sign-out")
        return SearchPage.Group(
            title: words("命令"),
            rows: Array(
                all.lazy.filter { $0.says.contains { NameMatch.answers($0, to: query) } }.map(\.row)
                    .prefix(Self.commands)))
    }

    /// A charter may have more ways to begin something than there are rows of another kind.
    private static let commands = 12
}

extension String {
    var trimmed: String {
        var view = self[...]
        while view.first?.isWhitespace ?? false { view.removeFirst() }
        while view.last?.isWhitespace ?? false { view.removeLast() }
        return String(view)
    }
}
