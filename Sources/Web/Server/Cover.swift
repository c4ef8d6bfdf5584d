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
        self.init(language: context.language, theme: context.theme, desk: desk, path: path)
    }

    init(language: Language, theme: String?, desk: Desk, path: String) {
        lang = language.rawValue
        self.theme = theme
        assets = desk.assetVersion
        coverTitle = desk.book[language]("客户服务制度")
        coverSmall = "Charter"
        self.path = path
        isSimplified = language == .simplified
        isTraditional = language == .traditional
        isEnglish = language == .english
    }
}
