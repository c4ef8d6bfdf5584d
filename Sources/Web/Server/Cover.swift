import Policy

/// What the pages before sign-in share: the book's cover, the languages.
struct Cover {
    let lang: String
    let theme: String?
    let assets: String
    let coverTitle: String
    let coverSmall: String
    let path: String
    let isSimplified: Bool
    let isTraditional: Bool
    let isEnglish: Bool

    init(_ context: DeskContext, desk: Desk, path: String) {
        lang = context.language.rawValue
        theme = context.theme
        assets = desk.assetVersion
        coverTitle = desk.book[context.language]("客户服务制度")
        coverSmall = "Charter"
        self.path = path
        isSimplified = context.language == .simplified
        isTraditional = context.language == .traditional
        isEnglish = context.language == .english
    }
}
