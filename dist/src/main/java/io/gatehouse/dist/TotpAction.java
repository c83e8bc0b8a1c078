package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.config.TotpConfig;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.totp.TotpFile;
import java.io.IOException;
import java.nio.file.Path;

/** An action on the file of one-time codes. */
abstract class TotpAction extends ConfiguredAction {
    TotpAction(World world) {
        super(world);
    }

    /** Does it to {@code file}. */
    abstract void act(Configuration configuration, TotpFile file) throws CommandException, IOException;

    @Override
    final void act() throws CommandException, IOException {
        Path path = file();
        Configuration configuration = configuration();
        TotpConfig config = configuration
                .gateway()
                .portal()
                .flatMap(PortalConfig::totp)
                .orElseThrow(() -> CommandException.wrong(
                        path + ": there is no [portal.totp] (expected this table, which switches one-time codes on)"));
        try {
            ActingOwner.of(config.file())
                    .act(() -> act(configuration, TotpFile.openAsOwner(config.file(), world().clock())));
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    static NamedAccount account(String name, Configuration configuration) throws CommandException {
        return switch (NamedAccount.parse(name, configuration.domains())) {
            case Parsed.Valid<NamedAccount>(NamedAccount named) -> named;
            case Parsed.Faulty<NamedAccount>(String problem) -> throw CommandException.wrong(name + ": " + problem);
        };
    }
}
