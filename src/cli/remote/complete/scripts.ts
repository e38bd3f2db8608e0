/** What a shell is to run, by its name. Each hands the line as far as the cursor to `bellcrank __complete`. */
export const scripts: Readonly<Record<string, string>> = {
  bash: String.raw`# Put into ~/.bashrc: eval "$(bellcrank completion bash)"
_bellcrank() {
  local line=${'$'}{COMP_LINE:0:COMP_POINT} word prefix= candidate
  word=${'$'}{line##*[[:space:]]}
  # Bash cuts words at these and puts in what follows the last of them.
  if [[ $word == *[=:]* ]]; then
    prefix=${'$'}{word%"${'$'}{word##*[=:]}"}
  fi
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("${'$'}{candidate#"$prefix"}")
  done < <("${'$'}{COMP_WORDS[0]}" __complete "$line" 2>/dev/null)
  # A value follows what ends so.
  if [[ ${'$'}{COMPREPLY[0]-} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o bashdefault -o default -F _bellcrank bellcrank
`,
  zsh: String.raw`#compdef bellcrank
# Put into ~/.zshrc, after compinit: eval "$(bellcrank completion zsh)"
_bellcrank() {
  local -a candidates
  candidates=("${'$'}{(@f)$("${'$'}{words[1]}" __complete "${'$'}{(j: :)words[1,CURRENT-1]} $PREFIX" 2>/dev/null)}")
  candidates=(${'$'}{candidates:#})
  if (( ${'$'}{#candidates} == 0 )); then
    _files
  elif [[ ${'$'}{candidates[1]} == *= ]]; then
    compadd -S '' -- "${'$'}{candidates[@]}"
  else
    compadd -- "${'$'}{candidates[@]}"
  fi
}
compdef _bellcrank bellcrank
`,
  fish: String.raw`# Put into ~/.config/fish/config.fish: bellcrank completion fish | source
complete -c bellcrank -a '(bellcrank __complete (commandline -cp | string collect) 2>/dev/null)'
`,
};
