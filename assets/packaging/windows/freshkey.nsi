; The installer for Windows: for one person, without an administrator. makensis is called by ../windows.sh with
; VERSION, NUMBERS (its numbers alone), FILES (folder of what is installed), OUT (the installer to write), SIZE (of the files, in KB)
; Silently: freshkey-setup.exe /S [/AUTOSTART=off] [/D=folder];  uninstall.exe /S [/FORGET=yes]
; Exit codes: 2 its files are in use, 3 not every account was deleted, 4 the package for fleets is installed, 5 it is installed in another folder
Target amd64-unicode
Unicode true
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
Name "Freshkey"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Freshkey"
InstallDirRegKey HKCU "Software\Freshkey" "Folder"
VIProductVersion "${NUMBERS}.0"
VIAddVersionKey "ProductName" "Freshkey"
VIAddVersionKey "FileDescription" "Freshkey setup"
VIAddVersionKey "CompanyName" "The Freshkey authors"
VIAddVersionKey "LegalCopyright" "The Freshkey authors"
VIAddVersionKey "FileVersion" "${NUMBERS}.0"
VIAddVersionKey "ProductVersion" "${VERSION}"

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WordFunc.nsh
!include WinMessages.nsh
!define MUI_ICON "..\..\icons\freshkey.ico"
!define MUI_UNICON "..\..\icons\freshkey.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\freshkey-window.exe"
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_PRE OnlyAtFirst
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"

LangString StillRuns ${LANG_ENGLISH} "Freshkey still runs, and its files cannot be replaced. Quit it in its tray, then try again."
LangString StillRuns ${LANG_SIMPCHINESE} "Freshkey 仍在运行，无法替换其文件。请在托盘中退出后重试。"
LangString AskForget ${LANG_ENGLISH} "Delete the accounts and their tokens from Windows' credentials as well? Whoever wants them back has to sign in again."
LangString AskForget ${LANG_SIMPCHINESE} "是否同时从 Windows 凭据中删除账户及其令牌？之后若要使用，需重新登录。"
LangString AtLogin ${LANG_ENGLISH} "Start at login"
LangString AtLogin ${LANG_SIMPCHINESE} "登录时启动"

LangString NotWritten ${LANG_ENGLISH} "The files of Freshkey could not be written. Close its window and quit it in its tray, then try again."
LangString NotWritten ${LANG_SIMPCHINESE} "无法写入 Freshkey 的文件。请关闭其窗口并在托盘中退出后重试。"
LangString NotForgotten ${LANG_ENGLISH} "Not every account could be deleted: Windows' Credential Manager still has entries named Freshkey."
LangString NotForgotten ${LANG_SIMPCHINESE} "并非所有账户都已删除：Windows 凭据管理器中仍有名为 Freshkey 的条目。"
LangString ByPackage ${LANG_ENGLISH} "Freshkey is installed already, by its MSI package: update it with a newer package, or remove it in Windows' settings first, which keeps the accounts."
LangString ByPackage ${LANG_SIMPCHINESE} "Freshkey 已通过 MSI 安装包安装：请使用更新的安装包升级，或先在 Windows 设置中卸载（账户会保留）。"
LangString Elsewhere ${LANG_ENGLISH} "Freshkey is installed already, in $Present: update it there, or remove it first, which keeps the accounts."
LangString Elsewhere ${LANG_SIMPCHINESE} "Freshkey 已安装在 $Present：请在该处升级，或先将其卸载（账户会保留）。"

Var Present  ; the folder where it is installed already, or ""
Var Folder   ; of a profile
Var Command
Var Default  ; "yes" if the default profile's agent ran
Var Running  ; the other profiles whose agents ran, each with a blank behind it
Var Failed   ; "yes" if a command failed

; EachProfile runs a command of freshkey.exe, of the folder $INSTDIR, for the default profile and each other one. Which of them did as it was
; told is in $Default and $Running.
!macro Functions UN
Function ${UN}EachProfile
  Pop $Command
  StrCpy $Default ""
  StrCpy $Running ""
  StrCpy $Failed ""
  nsExec::Exec /TIMEOUT=60000 '"$INSTDIR\freshkey.exe" $Command'
  Pop $0
  ${If} $0 == "0"
    StrCpy $Default "yes"
  ${Else}
    StrCpy $Failed "yes"
  ${EndIf}
  FindFirst $1 $Folder "$LOCALAPPDATA\freshkey\profiles\*"
  ${DoWhile} $Folder != ""
    ${If} $Folder != "."
    ${AndIf} $Folder != ".."
      nsExec::Exec /TIMEOUT=60000 '"$INSTDIR\freshkey.exe" --profile $Folder $Command'
      Pop $0
      ${If} $0 == "0"
        StrCpy $Running "$Running$Folder "
      ${Else}
        StrCpy $Failed "yes"
      ${EndIf}
    ${EndIf}
    FindNext $1 $Folder
  ${Loop}
  FindClose $1
FunctionEnd

; Writable waits until a program can be written, and sets the error flag if it cannot.
Function ${UN}Writable
  Pop $4
  ${For} $2 1 100
    ClearErrors
    ${IfNot} ${FileExists} "$4"
      Return
    ${EndIf}
    FileOpen $3 "$4" a
    ${IfNot} ${Errors}
      FileClose $3
      Return
    ${EndIf}
    Sleep 100
  ${Next}
  SetErrors
FunctionEnd

; MakeRoom asks running agents to quit, which see through what they have sent and close their windows, and waits until the programs can be
; written.
Function ${UN}MakeRoom
  ${IfNot} ${FileExists} "$INSTDIR\freshkey.exe"
    StrCpy $Default ""
    StrCpy $Running ""
    Return
  ${EndIf}
  Push "quit"
  Call ${UN}EachProfile
  Push "$INSTDIR\freshkey.exe"
  Call ${UN}Writable
  ${IfNot} ${Errors}
    Push "$INSTDIR\freshkey-window.exe"
    Call ${UN}Writable
  ${EndIf}
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(StillRuns)" /SD IDOK
    SetErrorLevel 2
    Abort "$(StillRuns)"
  ${EndIf}
FunctionEnd
!macroend
!insertmacro Functions ""
!insertmacro Functions "un."

; A string of this installer has room for 1,023 characters. A PATH that comes near, or cannot be read, is left as it is.
!define LONGEST 1000
!macro TellPath
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=1000
!macroend

; ReadPath reads the person's PATH into $0. The error flag is set if there is one that has no room with the folder $INSTDIR behind it; one that
; is not there at all is empty.
!macro ReadPath UN
Function ${UN}ReadPath
  StrCpy $2 0
  ${Do}
    ClearErrors
    EnumRegValue $3 HKCU "Environment" $2
    ${If} ${Errors}
    ${OrIf} $3 == ""
      ClearErrors
      StrCpy $0 ""
      Return
    ${EndIf}
    ${If} $3 == "Path"
      ${ExitDo}
    ${EndIf}
    IntOp $2 $2 + 1
  ${Loop}
  ClearErrors
  ReadRegStr $0 HKCU "Environment" "Path"
  ${If} ${Errors}
  ${OrIf} $0 == ""
    SetErrors
    Return
  ${EndIf}
  StrLen $1 $0
  StrLen $2 $INSTDIR
  IntOp $1 $1 + $2
  ${If} $1 > ${LONGEST}
    SetErrors
  ${EndIf}
FunctionEnd
!macroend
!insertmacro ReadPath ""
!insertmacro ReadPath "un."

Function AddToPath
  Call ReadPath
  ${If} ${Errors}
    Return
  ${EndIf}
  ${WordReplace} ";$0;" ";$INSTDIR;" ";" "+" $1
  ${If} $1 != ";$0;" ; it is there
    Return
  ${EndIf}
  ${If} $0 != ""
    StrCpy $0 "$0;"
  ${EndIf}
  WriteRegExpandStr HKCU "Environment" "Path" "$0$INSTDIR"
  !insertmacro TellPath
FunctionEnd

Function un.TakeFromPath
  Call un.ReadPath
  ${If} ${Errors}
  ${OrIf} $0 == ""
    Return
  ${EndIf}
  ${un.WordReplace} ";$0;" ";$INSTDIR;" ";" "+" $1
  ${If} $1 == ";$0;"
    Return
  ${EndIf}
  StrCpy $1 $1 "" 1
  StrLen $2 $1
  ${If} $2 > 0
    StrCpy $1 $1 -1
    WriteRegExpandStr HKCU "Environment" "Path" $1
  ${Else}
    DeleteRegValue HKCU "Environment" "Path"
  ${EndIf}
  !insertmacro TellPath
FunctionEnd

Section "Freshkey"
  SectionIn RO
  Call MakeRoom
  SetOutPath "$INSTDIR"
  SetOverwrite try
  ClearErrors
  File /r "${FILES}\*"
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(NotWritten)" /SD IDOK
    SetErrorLevel 2
    Abort "$(NotWritten)"
  ${EndIf}
  CreateShortcut "$SMPROGRAMS\Freshkey.lnk" "$INSTDIR\freshkey-window.exe"
  Call AddToPath
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "Software\Freshkey" "Folder" "$INSTDIR"
  !define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Freshkey"
  WriteRegStr HKCU "${KEY}" "DisplayName" "Freshkey"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\freshkey-window.exe"
  WriteRegStr HKCU "${KEY}" "Publisher" "The Freshkey authors"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ; the agents that ran go on
  ${If} $Default == "yes"
    Exec '"$INSTDIR\freshkey-window.exe" --background'
  ${EndIf}
  ${DoWhile} $Running != ""
    ${WordFind} "$Running" " " "+1" $0
    Exec '"$INSTDIR\freshkey-window.exe" --background --profile $0'
    StrLen $1 "$0 "
    StrCpy $Running $Running "" $1
  ${Loop}
SectionEnd

Section "$(AtLogin)" atLogin
  nsExec::Exec /TIMEOUT=60000 '"$INSTDIR\freshkey.exe" autostart on'
  Pop $0
SectionEnd

; Two installations would fight over the start at login, the PATH and the entry in Windows' settings. What is there is left as it is.
!macro Refuse SENTENCE CODE
  MessageBox MB_OK|MB_ICONEXCLAMATION "${SENTENCE}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

Function .onInit
  ; the package's UpgradeCode, in freshkey.wxs.in
  System::Call 'msi::MsiEnumRelatedProductsW(w "{7E4B0F0C-5C3F-4B52-8C0E-2F7B3C6D9A41}", i 0, i 0, w .r1) i .r0'
  ${If} $0 == 0
    !insertmacro Refuse "$(ByPackage)" 4
  ${EndIf}
  ReadRegStr $Present HKCU "Software\Freshkey" "Folder"
  ${IfNot} ${FileExists} "$Present\freshkey.exe"
    StrCpy $Present ""
  ${ElseIf} $Present != $INSTDIR
    !insertmacro Refuse "$(Elsewhere)" 5
  ${EndIf}
  ${GetParameters} $0
  ${GetOptions} $0 "/AUTOSTART=" $1
  ${If} $1 == "off"
    SectionSetFlags ${atLogin} 0
  ${ElseIf} $Present != "" ; an upgrade leaves it as the person has it
    ${If} $1 != "on"
      SectionSetFlags ${atLogin} 0
    ${EndIf}
  ${EndIf}
FunctionEnd

; OnlyAtFirst leaves the page of the folder out where there is nothing to choose.
Function OnlyAtFirst
  ${If} $Present != ""
    Abort
  ${EndIf}
FunctionEnd

Section "Uninstall"
  ${GetParameters} $0
  ${GetOptions} $0 "/FORGET=" $6
  ${If} $6 == "yes"
    StrCpy $5 "yes"
  ${Else}
    StrCpy $5 "no"
    MessageBox MB_YESNO|MB_DEFBUTTON2|MB_ICONQUESTION "$(AskForget)" /SD IDNO IDNO +2
    StrCpy $5 "yes"
  ${EndIf}
  Push "autostart off"
  Call un.EachProfile
  ${If} $5 == "yes"
    Push "remove --all --yes"
    Call un.EachProfile
    ${If} $Failed == "yes"
      StrCpy $5 "no" ; settings and histories stay, to find the rest by
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(NotForgotten)" /SD IDOK
      SetErrorLevel 3
    ${EndIf}
  ${EndIf}
  Call un.MakeRoom
  Call un.TakeFromPath
  Delete "$SMPROGRAMS\Freshkey.lnk"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\freshkey.exe"
  Delete "$INSTDIR\freshkey-window.exe"
  Delete "$INSTDIR\README.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  ${If} $5 == "yes"
    RMDir /r "$LOCALAPPDATA\freshkey"
    RMDir /r "$LOCALAPPDATA\fyne\app.freshkey.freshkey"
  ${EndIf}
  DeleteRegKey HKCU "${KEY}"
  DeleteRegKey HKCU "Software\Freshkey"
  DeleteRegKey HKCU "Software\Classes\AppUserModelId\Freshkey" ; of the agent's notices
SectionEnd
