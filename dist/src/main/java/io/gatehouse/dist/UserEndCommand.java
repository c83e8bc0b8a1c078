package io.gatehouse.dist;

import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.EndedUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user end}. */
@Command(
        name = "end",
        description = {
            "Ends all portal sessions, tokens and open desktops of a user, of any provider, within two "
                    + "seconds. The user can sign in again: remove or disable the account first.",
            "",
            "The command writes the file ended-users in the folder of the token keys ([auth.paa] keys), "
                    + "which a running gateway watches.",
            "",
            "  gatehouse user end alice",
            "  gatehouse user end 'CORP\\alice'",
            ""
        })
final class UserEndCommand extends ConfiguredAction {
    @Parameters(paramLabel = "NAME", description = "alice, DOMAIN\\alice or alice@REALM")
    private String name = "";

    UserEndCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException {
        Configuration configuration = configuration();
        Path file = EndedUsers.beside(TokenKeys.settings(configuration).keys());
        String account = switch (NamedAccount.parse(name, configuration.domains())) {
            case Parsed.Valid<NamedAccount>(NamedAccount named) -> named.key();
            case Parsed.Faulty<NamedAccount>(String problem) -> throw CommandException.wrong(name + ": " + problem);
        };
        EndedUsers ended = read(file).with(new EndedUsers.Ended(world().clock().instant(), account));
        try {
            PrivateFiles.writePublic(file, ended.text());
        } catch (IOException exception) {
            throw FileFailure.whileWriting(file, exception);
        }
        out().println("ended " + account + " (" + file + ")");
    }

    private static EndedUsers read(Path file) throws CommandException {
        try {
            return switch (EndedUsers.parse(Files.readString(file))) {
                case Parsed.Valid<EndedUsers>(EndedUsers users) -> users;
                case Parsed.Faulty<EndedUsers>(String problem) ->
                    throw CommandException.failed(file + ": " + problem + "; remove the file");
            };
        } catch (NoSuchFileException _) {
            return EndedUsers.NONE;
        } catch (IOException exception) {
            throw CommandException.failed("cannot read " + file + ": " + FileFailure.reason(exception));
        }
    }
}
