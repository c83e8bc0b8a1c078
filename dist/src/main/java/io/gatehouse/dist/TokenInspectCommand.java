package io.gatehouse.dist;

import io.gatehouse.api.Identity;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.policy.Parsed;
import io.gatehouse.core.policy.Target;
import io.gatehouse.core.token.PaaKeys;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.core.token.PaaTokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse token inspect}. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description = {
            "Says whether a token is one of this gateway's, and what it opens to whom. Whether it was used or",
            "revoked is known to the running gateway only.",
            "",
            "  gatehouse token inspect eyJ...",
            "  gatehouse token inspect - < token",
            ""
        })
final class TokenInspectCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Parameters(paramLabel = "TOKEN", description = "the token, or - to read it from standard input")
    private String text = "";

    TokenInspectCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException, IOException {
        Path file = configuration.file(world);
        Configuration known =
                ConfigurationFile.load(file, specification.commandLine().getErr());
        PaaKeys keys = TokenKeys.read(TokenKeys.settings(known).keys(), world.clock());
        PaaTokens tokens = new PaaTokens(() -> keys, TokenRequest.gateway(known, world.clock()), world.clock());
        String token = text.equals("-") ? world.firstLineOfInput().orElse("") : text;
        return switch (tokens.verify(token.strip())) {
            case Parsed.Valid<PaaToken>(PaaToken valid) -> {
                print(valid, specification.commandLine().getOut());
                yield ExitCode.OK;
            }
            case Parsed.Faulty<PaaToken>(String problem) ->
                throw CommandException.failed("not a token of this gateway: " + problem);
        };
    }

    private void print(PaaToken token, PrintWriter out) {
        Identity identity = token.identity();
        boolean expired = !world.clock().instant().isBefore(token.expires());
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
