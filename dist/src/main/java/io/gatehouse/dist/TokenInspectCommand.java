package io.gatehouse.dist;

import io.gatehouse.api.Identity;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.PaaKeys;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.core.token.PaaTokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse token inspect}. */
@Command(
        name = "inspect",
        description = {
            "Says whether a token is from this gateway, for which user and targets. Only the running "
                    + "gateway knows whether it was used or revoked.",
            "",
            "  gatehouse token inspect eyJ...",
            "  gatehouse token inspect - < token",
            ""
        })
final class TokenInspectCommand extends ConfiguredAction {
    @Parameters(paramLabel = "TOKEN", description = "the token, or - to read it from standard input")
    private String text = "";

    TokenInspectCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        Configuration known = configuration();
        PaaKeys keys = TokenKeys.read(TokenKeys.settings(known).keys(), world().clock());
        PaaTokens tokens = new PaaTokens(() -> keys, TokenRequest.gateway(known, world().clock()), world().clock());
        String token = text.equals("-") ? world().firstLineOfInput().orElse("") : text;
        switch (tokens.verify(token.strip())) {
            case Parsed.Valid<PaaToken>(PaaToken valid) -> print(valid);
            case Parsed.Faulty<PaaToken>(String problem) ->
                throw CommandException.failed("not a token of this gateway: " + problem);
        }
    }

    private void print(PaaToken token) {
        PrintWriter out = out();
        Identity identity = token.identity();
        boolean expired = !world().clock().instant().isBefore(token.expires());
        line(out, "user", identity.displayName());
        identity.upn().ifPresent(upn -> line(out, "upn", upn));
        line(out, "signed in by", identity.method() + " (" + identity.provider() + ")");
        lines(out, "groups", identity.groups());
        lines(out, "sids", identity.sids());
        lines(out, "opens", token.targets().stream().map(Target::toString).collect(Collectors.toSet()));
        line(out, "made", token.issuedAt().toString());
        line(out, expired ? "expired" : "expires", token.expires().toString());
        token.client().ifPresent(client -> line(out, "client", client.getHostAddress()));
        line(out, "id", token.id());
        line(out, "sign-in", token.session());
    }

    private static void lines(PrintWriter out, String name, Set<String> values) {
        if (!values.isEmpty()) {
            line(out, name, values.stream().sorted().collect(Collectors.joining(", ")));
        }
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf("%-13s %s%n", name, value);
    }
}
