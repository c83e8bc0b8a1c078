package io.gatehouse.dist;

import io.gatehouse.dist.doctor.HealthPage;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatehouse health}. */
@Command(
        name = "health",
        description = {
            "Asks the gateway that runs with this configuration whether it takes new clients, for health checks of containers:"
                    + " /readyz of [metrics], or of a listener with health-checks = true. Exit code 0 if it does, 1 if it does"
                    + " not or does not answer, 2 if the configuration has neither page.",
            "",
            "  gatehouse health",
            "  gatehouse health --live        asks /livez: whether the process answers, also while it drains",
            ""
        })
final class HealthCommand extends Action {
    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Option(names = "--live", description = "asks whether the process answers, also while it takes no new clients")
    private boolean live;

    private boolean well;

    HealthCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        Path file = configuration.file(world());
        HealthPage page = HealthPage.of(ConfigurationFile.load(file, err()).gateway())
                .orElseThrow(() -> CommandException.wrong(
                        file + ": no page to ask (expected [metrics], or a [[listener]] with health-checks = true and"
                                + " without proxy-protocol-from)"));
        well = page.ask(live);
        out().println(well ? "ok" : "no");
    }

    @Override
    int exitCode() {
        return well ? ExitCode.OK : ExitCode.FAILED;
    }
}
