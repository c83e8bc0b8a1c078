package io.gatehouse.dist;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatehouse token mint}. */
@Command(
        name = "mint",
        description = {
            "Prints a token for one user and some targets. Anybody who has it can connect to these "
                    + "targets as that user, until it expires. The access rules are checked as well when it is "
                    + "used.",
            "",
            "  gatehouse token mint --user 'CORP\\alice' --group staff --target pc.example.com",
            "  xfreerdp /v:pc.example.com /g:gw.example.com /gat:$(gatehouse token mint ...)",
            ""
        })
final class TokenMintCommand extends ConfiguredAction {
    @Mixin
    private final TokenRequest request = new TokenRequest();

    TokenMintCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException {
        TokenRequest.Minted minted = request.mint(configuration(), world().clock());
        out().println(minted.text());
    }
}
