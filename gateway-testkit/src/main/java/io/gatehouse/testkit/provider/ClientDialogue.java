package io.gatehouse.testkit.provider;

import io.gatehouse.api.Token;

/** The client's half of one sign-in. Used for one conversation, by one thread. */
public interface ClientDialogue {
    /** The token that the client begins with. */
    Token first();

    /** The client's answer to a challenge. */
    Token answer(Token challenge);

    /** A client that says everything in its first token, as Basic does. */
    static ClientDialogue ofOneToken(Token token) {
        return new ClientDialogue() {
            @Override
            public Token first() {
                return token;
            }

            @Override
            public Token answer(Token challenge) {
                throw new AssertionError("a challenge, but this client has said everything");
            }
        };
    }
}
