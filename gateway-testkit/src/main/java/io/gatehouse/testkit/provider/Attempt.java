package io.gatehouse.testkit.provider;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.CpuWork;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sign-in played to its end.
 *
 * @param claim what the client claimed to be last, when it came so far
 * @param outcome how it ended
 * @param texts what the steps, the conversation and the outcome say of themselves, to search for secrets
 */
public record Attempt(Optional<Step.Claim> claim, Outcome outcome, List<String> texts) {
    private static final int MOST_ROUNDS = 8;

    public Attempt {
        texts = List.copyOf(texts);
    }

    /** Plays {@code client} against {@code conversation}, verifies its claims and closes the conversation. */
    public static Attempt play(Conversation conversation, ClientDialogue client) {
        return play(conversation, client, Runnable::run);
    }

    /** Does the same, and lets the verification compute in {@code cpu}. */
    static Attempt play(Conversation conversation, ClientDialogue client, CpuWork cpu) {
        List<String> texts = new ArrayList<>();
        Optional<Step.Claim> claimed = Optional.empty();
        try (conversation) {
            Step step = conversation.next(client.first());
            for (int round = 0; round < MOST_ROUNDS; round++) {
                texts.add(step.toString());
                texts.add(conversation.toString());
                switch (step) {
                    case Step.Challenge challenge -> step = conversation.next(client.answer(challenge.token()));
                    case Step.Claim claim -> {
                        claimed = Optional.of(claim);
                        step = claim.verification().verify(cpu);
                        texts.add(claim.verification().toString());
                    }
                    case Outcome outcome -> {
                        return new Attempt(claimed, outcome, texts);
                    }
                }
            }
        }
        throw new AssertionError("no outcome after " + MOST_ROUNDS + " rounds");
    }
}
