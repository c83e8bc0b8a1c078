/**
 * What providers share that sign people in by somebody else's word: {@code SigningKeys} are whose word counts,
 * {@code Signatures} judge whether it is theirs, {@code Claims} are what it says, and {@code UserNames} who that is.
 */
@NullMarked
package io.gatehouse.jwt;

import org.jspecify.annotations.NullMarked;
