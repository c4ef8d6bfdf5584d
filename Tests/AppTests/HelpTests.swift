import Testing

struct HelpTests {
    @Test(arguments: [
        ["--help"], ["help"], ["help", "serve"], ["serve", "--help"], ["due", "-h"], ["bench", "--help"],
        ["import", "customers", "--help"],
    ])
    func `help is printed and ends well`(_ words: [String]) async throws {
        let done = try await Program.run(words)
        #expect(done.status == 0)
        #expect(done.output.contains("USAGE: charter"))
        #expect(done.errors.isEmpty)
    }

    @Test func `an option that does not exist says so and how the command is used`() async throws {
        let done = try await Program.run("serve", "--prot", "8080")
        #expect(done.status == 64)
        #expect(done.errors.contains("Unknown option '--prot'. Did you mean '--port'?"))
        #expect(done.errors.contains("Usage: charter serve"))
    }
}
