/** How often passwords may be guessed, by account and by source: every guess is charged before a back end is asked. */
@NullMarked
package io.gatehouse.core.guess;

import org.jspecify.annotations.NullMarked;
