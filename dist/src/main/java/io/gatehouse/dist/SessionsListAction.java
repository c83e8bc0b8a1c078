package io.gatehouse.dist;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the open sessions. */
abstract class SessionsListAction extends AdminAction {
    @Option(names = "--user", paramLabel = "NAME", description = "an account, or a pattern: 'CORP\\*'")
    private String user = "";

    @Option(names = "--target", paramLabel = "HOST", description = "a host name or pattern: '*.lab.example.com'")
    private String target = "";

    @Option(names = "--source", paramLabel = "ADDRESS", description = "the client's address, or a CIDR block")
    private String source = "";

    @Option(names = "--rule", paramLabel = "NAME", description = "the rule that allowed it")
    private String rule = "";

    @Option(names = "--transport", paramLabel = "KIND", description = "websocket or dual-channel")
    private String transport = "";

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "the sign-in method as in rules: ntlm, kerberos, basic, oidc …")
    private String method = "";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "began then or later: 2026-11-29T12:00:00Z, or a duration before now: 2h")
    private String since = "";

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            description = "newest (default), oldest, user, target, source, idle or bytes")
    private String sort = "";

    @Mixin
    private final PageOption page = new PageOption();

    SessionsListAction(World world) {
        super(world);
    }

    @Override
    final Reply ask(AdminApi api) throws CommandException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("user", user);
        query.put("target", target);
        query.put("source", source);
        query.put("rule", rule);
        query.put("transport", transport);
        query.put("method", method);
        query.put("since", since);
        query.put("sort", sort);
        page.addTo(query);
        return api.get("/v1/sessions", query);
    }

    @Override
    final void print(Reply reply) {
        Table table = new Table(
                "ID",
                "USER",
                "METHOD",
                "FROM",
                "CLIENT",
                "TARGET",
                "TRANSPORT",
                "SINCE",
                "IDLE",
                "TO TARGET",
                "TO CLIENT",
                "RULE");
        for (Map<String, Object> session : reply.list("sessions")) {
            table.row(
                    Reply.text(session, "id"),
                    Reply.text(session, "user.account"),
                    Reply.text(session, "signIn.method"),
                    Reply.text(session, "client.address"),
                    Reply.text(session, "client.name"),
                    Reply.text(session, "target.host") + ":" + Reply.text(session, "target.port"),
                    Reply.text(session, "transport"),
                    Reply.text(session, "since"),
                    Reply.text(session, "idleSeconds") + " s",
                    Reply.text(session, "bytesToTarget"),
                    Reply.text(session, "bytesToClient"),
                    Reply.text(session, "rule"));
        }
        PageOption.print(out(), table, reply, "sessions");
    }
}
